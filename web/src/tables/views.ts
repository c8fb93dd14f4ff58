/** How somebody likes to see a table: kept in this browser, by name. */
export interface View {
  readonly columns: readonly string[];
  readonly text: string;
}

const limit = 50;

function keyOf(id: string): string {
  return `evenkeel views ${id}`;
}

export function readViews(id: string): Readonly<Record<string, View>> {
  try {
    // Only we write this; what somebody else put there is thrown away.
    return JSON.parse(window.localStorage.getItem(keyOf(id)) ?? '{}') as Record<string, View>;
  } catch {
    return {};
  }
}

export function saveView(id: string, name: string, view: View): void {
  const views = Object.entries({ ...readViews(id), [name]: view }).slice(-limit);
  window.localStorage.setItem(keyOf(id), JSON.stringify(Object.fromEntries(views)));
}

export function dropView(id: string, name: string): void {
  const { [name]: _gone, ...rest } = readViews(id);
  window.localStorage.setItem(keyOf(id), JSON.stringify(rest));
}
