/** As ansible-ltm.test.ts, for network and system, and what is asked once. */
import { network, once, system } from './ansible-cases.ts';
import { testGroups } from './ansible-run.ts';

await testGroups({ network, system }, once);
