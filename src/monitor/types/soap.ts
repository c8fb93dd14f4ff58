import type { ProbeOutcome } from '../outcome.ts';
import type { InstancePlan } from '../instance-plan.ts';
import { basicCredentials, bytesOf, quote, textOf } from './strings.ts';
import { type Answer, askOnce, type MonitorType, option } from './type.ts';

/** SOAP 1.1: one method is called with one parameter at most; up is the value that was wanted, or any that is no fault. */
export const soap: MonitorType = {
  name: 'soap',
  transport: (plan) => (option(plan, 'protocol') === 'https' ? 'tls' : 'tcp'),
  target: 'endpoint',
  options: [
    'expect-fault',
    'protocol',
    'method',
    'namespace',
    'parameter-name',
    'parameter-type',
    'parameter-value',
    'return-type',
    'return-value',
    'soap-action',
    'url-path',
    'username',
    'password',
  ],
  converse: (plan) => askOnce(bytesOf(soapRequest(plan)), (answer) => judge(plan, answer)),
};

export function soapRequest(plan: InstancePlan): string {
  const host = plan.address.includes(':') ? `[${plan.address}]` : plan.address;
  const envelope = envelopeOf(plan);
  const credentials = basicCredentials(plan);
  const path = oneWord(option(plan, 'url-path')) || '/';
  const lines = [
    `POST ${path.startsWith('/') ? path : `/${path}`} HTTP/1.0`,
    `Host: ${host}:${plan.port}`,
    'Content-Type: text/xml; charset=utf-8',
    `Content-Length: ${bytesOf(envelope).length}`,
    `SOAPAction: "${oneWord(option(plan, 'soap-action'))}"`,
    ...(credentials === undefined ? [] : [`Authorization: Basic ${credentials}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${envelope}`;
}

function envelopeOf(plan: InstancePlan): string {
  const method = elementName(option(plan, 'method'));
  const parameter = elementName(option(plan, 'parameter-name'));
  const type = option(plan, 'parameter-type', 'string');
  const xsd = type === 'bool' ? 'boolean' : type;
  const value = escaped(option(plan, 'parameter-value'));
  const inside =
    parameter === '' ? '' : `<${parameter} xsi:type="xsd:${xsd}">${value}</${parameter}>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>',
    `<m:${method || 'ping'} xmlns:m="${escaped(option(plan, 'namespace'))}">${inside}`,
    `</m:${method || 'ping'}></soap:Body></soap:Envelope>`,
  ].join('');
}

function judge(plan: InstancePlan, answer: Answer): ProbeOutcome | undefined {
  const heard = textOf(answer.bytes);
  const isWhole = answer.isComplete || /<\/(?:[\w.-]+:)?Envelope\s*>/.test(heard);
  if (!isWhole) return undefined;
  if (heard === '') return { ok: false, detail: 'connection closed without an answer' };
  const start = heard.indexOf('Envelope');
  if (start < 0) return { ok: false, detail: `received ${quote(heard)}, which is no SOAP` };
  const body = heard.slice(start);
  const fault = /<(?:[\w.-]+:)?Fault[\s>]/.test(body);
  const wantsFault = option(plan, 'expect-fault') === 'yes';
  if (fault || wantsFault) {
    const words = /<(?:[\w.-]+:)?faultstring[^>]*>([^<]*)</.exec(body)?.[1] ?? '';
    const detail = fault ? `fault ${quote(words)}` : 'no fault came, and one was expected';
    return { ok: fault && wantsFault, detail };
  }
  return judgeValue(plan, body);
}

function judgeValue(plan: InstancePlan, body: string): ProbeOutcome {
  const wanted = option(plan, 'return-value');
  const values = [...body.matchAll(/>([^<>]+)<\//g)].map(([, value = '']) => plain(value.trim()));
  if (wanted === '') return { ok: true, detail: `answered ${quote(values.join(' '))}` };
  const type = option(plan, 'return-type', 'string');
  if (values.some((value) => isSame(type, value, wanted))) {
    return { ok: true, detail: `returned ${quote(wanted)}` };
  }
  return { ok: false, detail: `returned ${quote(values.join(' '))}, not ${quote(wanted)}` };
}

function isSame(type: string, value: string, wanted: string): boolean {
  if (type === 'bool') return truth(value) !== undefined && truth(value) === truth(wanted);
  if (['double', 'int', 'long', 'short'].includes(type)) {
    return value !== '' && Number(value) === Number(wanted);
  }
  return value === wanted;
}

function truth(value: string): boolean | undefined {
  if (/^(1|true)$/i.test(value)) return true;
  return /^(0|false)$/i.test(value) ? false : undefined;
}

/** Nothing of a user's may end the line or the element that it is in. */
function oneWord(text: string): string {
  return text.replaceAll(/[\s"]/g, '');
}

function elementName(text: string): string {
  return text.replaceAll(/[^\w.-]/g, '');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function plain(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
