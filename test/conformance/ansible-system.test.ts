/** As ansible-ltm.test.ts, for network, system and global traffic. */
import { globalTraffic, network, once, system } from './ansible-cases.ts';
import { testGroups } from './ansible-run.ts';

await testGroups({ network, system, 'global traffic': globalTraffic }, once);
