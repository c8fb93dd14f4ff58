/**
 * Where the catalogue differs from the recording on purpose. A key is `component`, `component property`
 * or `component object property`; `*` stands for any run of characters.
 */
export const exceptions: Readonly<Record<string, string>> = {
  'auth *': 'not gone through yet',
  'cli *': 'not gone through yet',
  'cm *': 'not gone through yet',
  'gtm *': 'not gone through yet',
  'ltm *': 'not gone through yet',
  'net *': 'not gone through yet',
  'sys *': 'not gone through yet',
};
