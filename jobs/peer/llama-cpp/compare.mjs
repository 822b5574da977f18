// Compares TALON with llama.cpp's Q8_0 on the same token ids: prompts in turn, medians, a Markdown table. ../../peer.sh runs it.
//
//   node compare.mjs INSTALLED MODEL_FILE JSON_FILE REPEATS THREADS TALON_COMMAND...
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { LlamaContender } from "./llama.mjs";
import { TalonProcess } from "./talon.mjs";

const PEER = "llama.cpp q8_0";
const WARM_UP_PROMPTS = 2;

const median = (values) => {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** Tokens per second of one round: of prompts in prefill, of all but the first of each text in decoding, of all of them. */
function rates(texts, prompts) {
  const total = (name) => sum(texts.map((text) => text[name]));
  const written = sum(texts.map(({ tokens }) => tokens.length));
  const decoded = written - texts.length;
  return {
    prefill: (sum(prompts.map(({ length }) => length)) * 1e9) / total("prefillNanos"),
    decode: (decoded * 1e9) / total("decodeNanos"),
    all: (written * 1e9) / total("wallNanos"),
    own: (decoded * 1e9) / total("ownNanos"),
    tau: decoded / total("forwards"),
  };
}

function table(results) {
  const peer = results.find(({ name }) => name === PEER);
  const cells = results.map(({ name, rate, repeats }) => [
    name,
    rate.prefill.toFixed(0),
    rate.decode.toFixed(1),
    (rate.decode / peer.rate.decode).toFixed(2),
    `${Math.min(...repeats.map(({ decode }) => decode)).toFixed(1)} to ${Math.max(...repeats.map(({ decode }) => decode)).toFixed(1)}`,
    rate.all.toFixed(1),
    (rate.all / peer.rate.all).toFixed(2),
    rate.tau.toFixed(2),
  ]);
  const head = ["", "prefill, tokens/s", "decoding, tokens/s", "to q8_0", "of all rounds", "with prefill, tokens/s", "to q8_0", "tau"];
  return [head, head.map(() => "---"), ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Runs all rounds; every contender meets every prompt right after the one before it did, so in the same state of the machine. */
async function measure(contenders, prompts, repeats) {
  for (const { decode } of contenders) {
    for (let i = 0; i < Math.min(WARM_UP_PROMPTS, prompts.length); i++) await decode(i);
  }
  for (let round = 0; round < repeats; round++) {
    console.error(`round ${round + 1} of ${repeats}`);
    for (const contender of contenders) contender.texts = [];
    for (let i = 0; i < prompts.length; i++) {
      for (const { decode, texts } of contenders) texts.push(await decode(i));
    }
    for (const { repeats: all, texts } of contenders) all.push(rates(texts, prompts));
  }
  for (const contender of contenders) {
    const kinds = Object.keys(contender.repeats[0]);
    contender.rate = Object.fromEntries(kinds.map((kind) => [kind, median(contender.repeats.map((rate) => rate[kind]))]));
  }
}

/** How often others choose the first contender's greedy token after its text. */
async function agreements(talon, llama, first, names, prompts) {
  const [reference] = first.name.split(" ");
  const found = [[PEER, await llama.agreement(prompts, first.texts.map(({ tokens }) => tokens))]];
  for (const type of new Set(names.map((name) => name.split(" ")[0]))) {
    if (type !== reference) found.push([type, await talon.ask(`agreement ${type}`)]);
  }
  return found.map(([name, { tokens, equal }]) =>
    `${name} chooses ${((100 * equal) / tokens).toFixed(1)} % of ${tokens} greedy tokens as ${reference} does after the same text`);
}

const load = () => loadavg().map((each) => each.toFixed(2)).join(" ");

async function main([installed, file, json, repeats, threads, ...command]) {
  const talon = await TalonProcess.start(command);
  const { prompts, texts, maxNewTokens, endTokens, contenders: names } = talon.hello;
  const longest = Math.max(...prompts.map((prompt, i) => prompt.length + maxNewTokens[i]));
  const llama = await LlamaContender.open(installed, file, Number(threads), longest + 1);
  const same = texts.filter((text, i) => llama.writes(text, prompts[i])).length;
  console.log(
    `${prompts.length} prompts of ${sum(prompts.map(({ length }) => length))} tokens, threads ${threads}, ${repeats} rounds; ` +
      `llama.cpp ${llama.release}, whose tokenizer writes the same ids for ${same} of the prompts`);

  const before = load();
  const contenders = [
    ...names.map((name) => ({ name, repeats: [], decode: (i) => talon.ask(`decode ${i} ${name}`) })),
    { name: PEER, repeats: [], decode: (i) => llama.decode(prompts[i], maxNewTokens[i], endTokens) },
  ];
  await measure(contenders, prompts, Number(repeats));
  console.log(`load of the machine before: ${before}, after: ${load()}\n\n${table(contenders)}\n`);

  const { own } = contenders.at(-1).rate;
  console.log(`by llama.cpp's own clock, in its forwards alone, without Node and the choice of tokens: ${own.toFixed(1)} tokens/s of decoding`);
  for (const { name, rate } of contenders.filter((contender) => contender.name.endsWith(" ar"))) {
    console.log(`${name}: ${(rate.decode / own).toFixed(2)} times that`);
  }
  console.log((await agreements(talon, llama, contenders[0], names, prompts)).join("\n"));
  if (json) {
    const rows = contenders.map(({ name, rate, repeats: all }) => JSON.stringify({ name, threads: Number(threads), rate, repeats: all }));
    writeFileSync(json, `${rows.join("\n")}\n`);
  }
  process.exit(await talon.stop());
}

await main(process.argv.slice(2));
