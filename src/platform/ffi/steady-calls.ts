/**
 * Calls of C as the interpreter makes them, also where V8 compiles the caller. Compiled ones ("fast API calls") end
 * the whole process in Node 26: functions of different signatures share a wrapper there, and V8 compiles a call of one
 * with what it has seen of another ("ArityForArgc", "unreachable code"; three times in some hundred runs of a loop that
 * calls recvmmsg, sendmmsg and poll). They would not be faster: 0.7 against 0.9 µs a recvmmsg. Imported before anything
 * is compiled; the whole process is concerned.
 */
import { setFlagsFromString } from 'node:v8';

setFlagsFromString('--no-turbo-fast-api-calls');
