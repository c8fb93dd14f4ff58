/** Ansible's modules for BIG-IP, unchanged: create, the same again, modify, the same again, delete. */
import { localTraffic } from './ansible-cases.ts';
import { testGroups } from './ansible-run.ts';

await testGroups({ 'local traffic': localTraffic }, []);
