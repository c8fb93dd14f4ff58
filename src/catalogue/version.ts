/** The BIG-IP version whose interface we speak: `ver=` in selfLinks, `sys version`, `cm device`. */
export const bigipVersion = '16.1.0';

/** Build of this software, as `sys version` shows it. */
export const bigipBuild = '0.0.1';

/** When that was made, in the same place. */
export const bigipDate = 'Sat Nov 21 00:00:00 UTC 2026';
