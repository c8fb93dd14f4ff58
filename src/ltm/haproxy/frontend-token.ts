/** Stands for the name of a frontend in its lines, until it is known. */
export const frontendToken = '@frontend@';

export function withName(lines: readonly string[], name: string): readonly string[] {
  return lines.map((line) => line.replaceAll(frontendToken, name));
}
