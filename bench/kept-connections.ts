/**
 * Requests over a few keep-alive connections, as bytes that were made before: so little that the generator hardly takes from what
 * it measures. One request at a time a connection; what finds none free waits, in order.
 */
import { connect, type Socket } from 'node:net';

interface Asked {
  request: Buffer;
  resolve: (answer: string) => void;
  reject: (error: Error) => void;
}

interface Connection {
  socket: Socket;
  asked: Asked | null;
  /** What has come of the answer. */
  answer: string;
  /** Characters of the whole answer; 0 while its head has not come. */
  length: number;
}

export class KeptConnections {
  /** Taken from the front, so that none is idle for long: a server closes those that are. */
  readonly #free: Connection[] = [];
  readonly #waiting: Asked[] = [];
  readonly #all: Connection[];

  private constructor(all: Connection[]) {
    this.#all = all;
    for (const connection of all) {
      const { socket } = connection;
      socket.setEncoding('latin1').on('data', (part: string) => this.#take(connection, part));
      socket.on('error', (error) => connection.asked?.reject(error));
      socket.on('close', () => {
        connection.asked?.reject(new Error('the connection was closed'));
        const place = this.#free.indexOf(connection);
        if (place >= 0) this.#free.splice(place, 1);
      });
      this.#free.push(connection);
    }
  }

  static async open(url: string, count: number): Promise<KeptConnections> {
    const { hostname, port } = new URL(url);
    const opening = Array.from(
      { length: count },
      () =>
        new Promise<Connection>((resolve, reject) => {
          const socket = connect({ host: hostname, port: Number(port), noDelay: true });
          socket.once('connect', () => resolve({ socket, asked: null, answer: '', length: 0 }));
          socket.once('error', reject);
        }),
    );
    return new KeptConnections(await Promise.all(opening));
  }

  /** Resolves to the whole answer, with its head; rejects what is not 200. */
  ask(request: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = { request, resolve, reject };
      const connection = this.#free.shift();
      if (connection) this.#send(connection, asked);
      else this.#waiting.push(asked);
    });
  }

  close(): void {
    for (const { socket } of this.#all) socket.destroy();
  }

  #send(connection: Connection, asked: Asked): void {
    connection.asked = asked;
    connection.socket.write(asked.request);
  }

  #take(connection: Connection, part: string): void {
    connection.answer += part;
    if (connection.length === 0) {
      const head = connection.answer.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = /content-length: (\d+)/i.exec(connection.answer)?.[1];
      // An answer without its length is sent in chunks; ours are short, and end with the last one.
      if (length === undefined && !connection.answer.slice(head + 4).endsWith('0\r\n\r\n')) return;
      connection.length = length === undefined ? connection.answer.length : head + 4 + Number(length);
    }
    const { asked, answer } = connection;
    if (answer.length < connection.length || !asked) return;
    connection.asked = null;
    connection.answer = '';
    connection.length = 0;
    const next = this.#waiting.shift();
    if (next) this.#send(connection, next);
    else this.#free.push(connection);
    if (answer.startsWith('HTTP/1.1 200')) asked.resolve(answer);
    else asked.reject(new Error(`answered ${answer.slice(0, 200)}`));
  }
}
