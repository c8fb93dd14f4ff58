/** Puts the device that is not there into the place of the real one, in this page: `node web/dev.ts --mock`. */
import { components } from '../../src/catalogue/index.ts';
import type { JsonObject } from '../../src/config/text/json.ts';
import { type MockCommit, createMockDevice } from './rest.ts';

const device = createMockDevice(components);
const real = window.fetch.bind(window);

window.fetch = async (input, options = {}) => {
  const target = new URL(input instanceof Request ? input.url : String(input), location.href);
  if (!target.pathname.startsWith('/mgmt/')) return real(input, options);
  const transaction = new Headers(options.headers).get('x-f5-rest-coordination-id');
  const { status, json } = device.answer({
    method: options.method ?? 'GET',
    path: target.pathname + target.search,
    // Pages send objects of JSON only.
    body: typeof options.body === 'string' ? (JSON.parse(options.body) as JsonObject) : {},
    ...(transaction !== null && { transaction }),
  });
  return new Response(JSON.stringify(json), { status });
};

/** Says what stands in the corner, then each commit. */
class MockStream extends EventTarget {
  static readonly CLOSED = 2;
  readonly readyState = 1;

  constructor() {
    super();
    device.onCommit((commit) => this.#tell('commit', commitNews(commit)));
    window.setTimeout(() => {
      this.dispatchEvent(new Event('open'));
      this.#tell('corner', device.corner());
    });
    window.setInterval(() => this.#tell('beat', {}), 3000);
  }

  close(): void {
    // A page that is left takes its stream with it.
  }

  #tell(name: string, data: JsonObject): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

function commitNews({ sequence, changes }: MockCommit): JsonObject {
  return { sequence, count: changes.length, changes };
}

// As much of an EventSource as pages use.
window.EventSource = MockStream as unknown as typeof EventSource;
