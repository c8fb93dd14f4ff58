/** The BIG-IP version whose interface we speak: `ver=` in selfLinks, `sys version`, `cm device`. */
export const bigipVersion = '16.1.0';

/** Build of this software, as `sys version` shows it. */
export const bigipBuild = '0.0.1';
