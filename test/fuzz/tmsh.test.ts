/**
 * Text that nobody would write: lexer, parser and shell refuse it in words, at once, and leave the configuration as it
 * was. `--long` runs for minutes; EVENKEEL_FUZZ_SEED repeats another run.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentById, components } from '../../src/catalogue/index.ts';
import { Lexer, SyntaxProblem } from '../../src/config/text/lexer.ts';
import { joinOpaque, splitOpaque } from '../../src/config/text/opaque.ts';
import { type ConfigContext, parseConfig } from '../../src/config/text/parse-config.ts';
import { printObject } from '../../src/config/text/print.ts';
import { startTestDevice } from '../../src/icontrol/test-device.ts';
import { completionOf } from '../../src/tmsh/complete.ts';
import { readCommand } from '../../src/tmsh/parse-command.ts';
import { type Chance, createChance, rounds, seed } from './random.ts';
import { commandText, damagedText, stanzaText } from './tmsh-texts.ts';

const context: ConfigContext = { folder: '/Common', components, component: componentById };

function anyComponent(chance: Chance) {
  const component = components[chance.below(components.length)];
  assert.ok(component !== undefined);
  return component;
}

/** Milliseconds of this process; a machine under load takes longer, a text that hangs for ever. */
const patience = 5000;

/** Whatever goes wrong in `act` is told with the text, so that it becomes a test of its own. */
function onText<T>(text: string, act: () => T): T {
  const before = process.cpuUsage();
  try {
    return act();
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`of ${JSON.stringify(text).slice(0, 2000)}: ${what}`, { cause: error });
  } finally {
    const { user, system } = process.cpuUsage(before);
    const spent = (user + system) / 1000;
    assert.ok(spent < patience, `${spent} ms for ${JSON.stringify(text).slice(0, 2000)}`);
  }
}

function asCommands(text: string): void {
  const lexer = new Lexer(text, 'command');
  try {
    while (readCommand(lexer, { ...context, module: '' }) !== undefined);
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    assert.ok(error.line >= 1 && error.column >= 1);
  }
}

test('commands are read or refused, and completed, whatever stands in them', () => {
  const chance = createChance(seed);
  for (let left = 2000 * rounds * rounds; left > 0; left -= 1) {
    const text = damagedText(chance, commandText(chance, anyComponent(chance)));
    onText(text, () => asCommands(text));
    if (left % 10 === 0) {
      onText(text, () => completionOf(text.slice(0, 200), { ...context, module: '' }));
    }
  }
});

/** Printed, and what is read of that printed again; undefined where it is refused. */
function printed(text: string, keepUnknown: boolean): string | undefined {
  const parsed = parseConfig(text, { ...context, keepUnknown }, '/config/bigip.conf');
  if (!parsed.ok) {
    for (const { message } of parsed.faults) assert.match(message, /\S/);
    return undefined;
  }
  return parsed.value
    .map((stanza) => {
      if (stanza.kind === 'unknown') return `${stanza.header} {${stanza.body}}\n`;
      const { known, fragments } = splitOpaque(stanza.properties);
      return printObject(stanza.component, stanza.name, joinOpaque(known, fragments));
    })
    .join('\n');
}

test('stanzas are read or refused; what was read is the same after it was printed', () => {
  const chance = createChance(seed + 1);
  for (let left = 1000 * rounds * rounds; left > 0; left -= 1) {
    const stanzas = [1, 2].map(() => stanzaText(chance, anyComponent(chance))).join('\n');
    const text = damagedText(chance, stanzas);
    onText(text, () => {
      const isForeign = left % 2 === 0;
      const once = printed(text, isForeign);
      if (once === undefined) return;
      // Twice: `none` is an order to unset, and says nothing any more where there was nothing.
      const twice = printed(once, isForeign);
      assert.ok(twice !== undefined, `what was printed is refused: ${once}`);
      assert.equal(printed(twice, isForeign), twice);
    });
  }
});

/** They act on the machine, take long on purpose, or end the shell. */
const notHere =
  /^\s*\/?(?:run|restart|start|stop|quit|exit|reboot|shutdown|load|save|install|generate)\b/m;

test('a command that is refused has changed nothing', async () => {
  const chance = createChance(seed + 2);
  const device = await startTestDevice();
  try {
    await device.tmsh('create ltm pool web members add { 10.0.0.1:80 }');
    for (let left = 100 * rounds * rounds; left > 0; left -= 1) {
      const text = damagedText(chance, commandText(chance, anyComponent(chance)));
      // One command: of several those before the one that is refused count.
      if (notHere.test(text) || /[;\n]/.test(text)) continue;
      const before = device.store.view();
      const { status, output } = await device.tmsh(text);
      if (status === 0) continue;
      assert.equal(device.store.view(), before, `${JSON.stringify(text)} printed ${output}`);
      assert.match(output, /\S/, JSON.stringify(text));
      assert.doesNotMatch(output, /internal error|\n\s+at .*\.ts:/, JSON.stringify(text));
    }
  } finally {
    await device.close();
  }
});
