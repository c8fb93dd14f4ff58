/** As ansible-ltm.test.ts, for global traffic. */
import { globalTraffic } from './ansible-cases.ts';
import { testGroups } from './ansible-run.ts';

await testGroups({ 'global traffic': globalTraffic }, []);
