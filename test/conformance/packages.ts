/** Client packages of npm that only these tests use. They carry no types. */

/** `undefined` when the package is not installed. */
export async function clientPackage(name: string): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}
