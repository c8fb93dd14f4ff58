/** TCP port of iQuery. */
export const iqueryPort = 4353;
