/**
 * Holds one connection in the middle of a request: `held.ts HOST PORT` says `held` when it is open, and on SIGTERM ends the
 * request and prints the first line of the answer, or why there is none.
 */
import { connect } from 'node:net';

const [host = '', port = '80'] = process.argv.slice(2);
const socket = connect({ host, port: Number(port) }, () => {
  socket.write('GET / HTTP/1.1\r\nHost: held\r\nConnection: close\r\n', () => {
    process.stdout.write('held\n');
  });
});
let answer = '';
socket.on('data', (chunk) => (answer += String(chunk)));
socket.on('error', (error) => (answer ||= error.message));
socket.on('close', () => process.stdout.write(`${answer.split('\r\n')[0]}\n`));
process.on('SIGTERM', () => socket.write('\r\n'));
