/** What is wrong is refused in BIG-IP's words, and changes nothing on either device. */
import type { Lab } from '../types.ts';
import { group, nycVirtual, pair } from './places.ts';
import { expect, type Figures, type Step } from './story.ts';

interface Mistake {
  readonly component: string;
  readonly body: object;
  readonly status: number;
  readonly message: RegExp;
}

const mistakes: readonly Mistake[] = [
  {
    component: 'ltm/pool',
    body: { name: 'web_pool' },
    status: 409,
    message:
      /^01020066:3: The requested Pool \(\/Common\/web_pool\) already exists in partition Common\.$/,
  },
  {
    component: 'ltm/pool',
    body: { name: 'bad', monitor: '/Common/nosuch' },
    status: 404,
    message: /^01020036:3: The requested monitor \(\/Common\/nosuch\) was not found\.$/,
  },
  {
    component: 'ltm/pool',
    body: { name: 'bad', noSuchProperty: 1 },
    status: 400,
    message: /noSuchProperty/,
  },
  {
    component: 'ltm/pool',
    body: {},
    status: 400,
    message: /one or more properties must be specified/,
  },
  {
    component: 'ltm/pool',
    body: { name: 'bad', members: [{ name: '198.18.111.300:80', address: '198.18.111.300' }] },
    status: 400,
    message: /198\.18\.111\.300/,
  },
  {
    component: 'ltm/pool',
    body: { name: 'bad', members: [{ name: '198.18.111.101:70000', address: '198.18.111.101' }] },
    status: 400,
    message: /70000/,
  },
  {
    component: 'ltm/virtual',
    body: { name: 'bad', destination: `/Common/${nycVirtual.ipv4}:81`, pool: '/Common/nosuch' },
    status: 404,
    message: /^01020036:3: The requested Pool \(\/Common\/nosuch\) was not found\.$/,
  },
  {
    component: 'ltm/virtual',
    body: { name: 'bad', ipProtocol: 'tcp', destination: `/Common/${nycVirtual.ipv4}:80` },
    status: 400,
    message: /^01070333:3: /,
  },
];

export const badInput: Step = {
  name: "bad input gets BIG-IP's answer and changes nothing, on either device",
  async run(lab): Promise<Figures> {
    const before = await configurations(lab);
    for (const { component, body, status, message } of mistakes) {
      const answer = await lab.rest('nyc-a').send('POST', `/mgmt/tm/${component}`, body);
      const text = String(answer.body['message']);
      const what = `POST ${component} ${JSON.stringify(body)}: ${answer.status} ${text}`;
      expect(answer.status === status && message.test(text), what);
    }
    const after = await configurations(lab);
    expect(before === after, 'refused requests have changed the configuration');
    return { refused: mistakes.length };
  },
};

const watched = ['ltm/pool', 'ltm/virtual', 'ltm/node', 'ltm/virtual-address'];

/** Of both devices, with the group's status: a commit would change it for a moment. */
async function configurations(lab: Lab): Promise<string> {
  const paths = [...watched, `cm/device-group/~Common~${group}`];
  const answers = await Promise.all(
    pair.flatMap((device) => paths.map((path) => lab.rest(device).get(`/mgmt/tm/${path}`))),
  );
  return JSON.stringify(answers);
}
