import { Socket } from 'node:net';
import { describe } from './tcp.ts';

/** One login at a database, and one question, for probes. The client libraries are loaded when the first is asked. */
export interface DatabaseQuery {
  readonly kind: 'mysql' | 'postgresql';
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** "": none. */
  readonly text: string;
  readonly maximumRows: number;
  /** Rows of columns, as text; none without a question. */
  onRows(rows: readonly (readonly string[])[]): void;
  /** In words for people; nothing is called after it. */
  onError(reason: string): void;
}

/** The result ends it, whatever its state; no callback comes after that. */
export function queryDatabase(query: DatabaseQuery): () => void {
  const socket = new Socket();
  let isOver = false;
  const finish = (report: () => void): void => {
    if (isOver) return;
    isOver = true;
    socket.resetAndDestroy();
    report();
  };
  const fail = (error: unknown): void => {
    const reason = error instanceof Error ? describe(error) : String(error);
    finish(() => query.onError(reason));
  };
  const ask = query.kind === 'mysql' ? askMysql : askPostgresql;
  socket.on('error', fail);
  ask(query, socket).then((rows) => finish(() => query.onRows(rows)), fail);
  return () => finish(() => undefined);
}

type Rows = readonly (readonly string[])[];

async function askMysql(query: DatabaseQuery, socket: Socket): Promise<Rows> {
  const { createConnection } = await import('mysql2');
  const { user, password, database, text } = query;
  const connection = createConnection({
    user,
    password,
    database,
    rowsAsArray: true,
    stream: () => socket.connect(query.port, query.address),
  });
  return new Promise((resolve, reject) => {
    connection.on('error', reject);
    connection.connect((refusal) => {
      if (refusal !== null) reject(refusal);
      else if (text === '') resolve([]);
      else {
        connection.query(text, (error, rows) => {
          if (error === null) resolve(asText(rows, query.maximumRows));
          else reject(error);
        });
      }
    });
  });
}

async function askPostgresql(query: DatabaseQuery, socket: Socket): Promise<Rows> {
  const { default: postgresql } = await import('pg');
  const { user, password, address, port, database, text } = query;
  const client = new postgresql.Client({
    user,
    password,
    host: address,
    port,
    ...(database !== '' && { database }),
    stream: () => socket,
  });
  const failed = new Promise<never>((_, reject) => {
    client.on('error', reject);
  });
  const asked = async (): Promise<Rows> => {
    await client.connect();
    if (text === '') return [];
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return asText(rows, query.maximumRows);
  };
  return Promise.race([asked(), failed]);
}

/** Of statements without rows nothing. */
function asText(rows: unknown, maximum: number): Rows {
  if (!Array.isArray(rows)) return [];
  return rows
    .slice(0, maximum)
    .map((row: unknown) => (Array.isArray(row) ? row.map((cell) => String(cell)) : [String(row)]));
}
