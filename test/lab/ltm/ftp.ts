/**
 * A server of one file by FTP (RFC 959), and a client of it: `serve ADDRESS`, or `passive`, or `active`, with the server's
 * address and the client's own. The client prints what it got.
 */
import { type Socket, connect, createServer } from 'node:net';

const [how = '', address = '', own = ''] = process.argv.slice(2);
const port = 21;
const content = 'the file';

const placeText = (host: string, at: number): string =>
  [...host.split('.'), at >> 8, at & 0xff].join(',');

function placeIn(text: string): { host: string; port: number } {
  const numbers = /(\d+),(\d+),(\d+),(\d+),(\d+),(\d+)/.exec(text)?.slice(1) ?? [];
  return {
    host: numbers.slice(0, 4).join('.'),
    port: Number(numbers[4]) * 256 + Number(numbers[5]),
  };
}

/** Whole lines, one by one. */
function onLines(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    const lines = `${rest}${String(data)}`.split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}

function listen(host: string, take: (socket: Socket) => void, ready: (at: number) => void): void {
  const server = createServer((socket) => {
    server.close();
    take(socket);
  });
  server.listen(0, host, () => {
    const bound = server.address();
    ready(bound !== null && typeof bound === 'object' ? bound.port : 0);
  });
}

function serve(): void {
  createServer((control) => {
    const say = (line: string): void => void control.write(`${line}\r\n`);
    let send = (): void => say('425 No way');
    say('220 Ready');
    onLines(control, (line) => {
      const [word] = line.split(' ');
      const finish = (socket: Socket): void => void socket.end(content, () => say('226 Done'));
      if (word === 'PASV') {
        const waiting = Promise.withResolvers<Socket>();
        listen(address, waiting.resolve, (at) => say(`227 (${placeText(address, at)})`));
        send = () => void waiting.promise.then(finish);
      } else if (word === 'PORT') {
        send = () => {
          const data = connect(placeIn(line), () => finish(data));
          data.on('error', () => say('425 No way'));
        };
        say('200 So be it');
      } else if (word === 'RETR') {
        say('150 Here it comes');
        send();
      } else say('331 Go on');
    });
  }).listen(port, address, () => process.stdout.write('ready\n'));
}

function fetch(): void {
  const control = connect(port, address);
  const say = (line: string): void => void control.write(`${line}\r\n`);
  const take = (socket: Socket): void => {
    socket.on('data', (data) => {
      process.stdout.write(String(data));
      process.exit(0);
    });
  };
  onLines(control, (line) => {
    const code = line.slice(0, 3);
    // The kernel reads from the second line of each side on.
    if (code === '220') say('USER anonymous');
    else if (code === '331' && how === 'passive') say('PASV');
    else if (code === '331') listen(own, take, (at) => say(`PORT ${placeText(own, at)}`));
    else if (code === '227') {
      const { host, port: at } = placeIn(line);
      take(connect(at, host));
      say('RETR file');
    } else if (code === '200') say('RETR file');
  });
  setTimeout(() => process.exit(1), 10_000);
}

if (how === 'serve') serve();
else fetch();
