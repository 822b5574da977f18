// Compares TALON with llama.cpp's Q8_0 on the same token ids: rounds in turn, medians, a Markdown table. ../../peer.sh runs it.
//
//   node compare.mjs INSTALLED MODEL_FILE JSON_FILE REPEATS THREADS TALON_COMMAND...
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { LlamaContender } from "./llama.mjs";
import { TalonProcess } from "./talon.mjs";

const PEER = "llama.cpp q8_0";

const median = (values) => {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

const count = (texts) => texts.reduce((sum, text) => sum + text.length, 0);

/** Tokens per second of one round: in prefill those of the prompts, in decoding all but the first of each text, in all every one. */
function rates({ tokens, prefillNanos, decodeNanos, wallNanos, ownDecodeNanos }, promptTokens) {
  const written = count(tokens);
  const decoded = written - tokens.length;
  return {
    prefill: (promptTokens * 1e9) / prefillNanos,
    decode: (decoded * 1e9) / decodeNanos,
    all: (written * 1e9) / wallNanos,
    ...(ownDecodeNanos && { own: (decoded * 1e9) / ownDecodeNanos }),
  };
}

function table(results) {
  const peer = results.find(({ name }) => name === PEER);
  const cells = results.map(({ name, rate, tau, repeats }) => [
    name,
    rate.prefill.toFixed(0),
    rate.decode.toFixed(1),
    (rate.decode / peer.rate.decode).toFixed(2),
    `${Math.min(...repeats.map(({ decode }) => decode)).toFixed(1)} to ${Math.max(...repeats.map(({ decode }) => decode)).toFixed(1)}`,
    rate.all.toFixed(1),
    (rate.all / peer.rate.all).toFixed(2),
    tau.toFixed(2),
  ]);
  const head = ["", "prefill, tokens/s", "decoding, tokens/s", "to q8_0", "of all rounds", "with prefill, tokens/s", "to q8_0", "tau"];
  return [head, head.map(() => "---"), ...cells].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

async function main([installed, file, json, repeats, threads, ...command]) {
  const talon = await TalonProcess.start(command);
  const { prompts, texts, maxNewTokens, endTokens, contenders } = talon.hello;
  const longest = Math.max(...prompts.map((prompt, i) => prompt.length + maxNewTokens[i]));
  const llama = await LlamaContender.open(installed, file, Number(threads), longest + 1);
  console.log(`${prompts.length} prompts of ${count(prompts)} tokens, ${threads} thread(s), ${repeats} rounds in turn; llama.cpp ${llama.release}`);
  const same = texts.filter((text, i) => llama.writes(text, prompts[i])).length;
  console.log(`llama.cpp's tokenizer writes the same token ids for ${same} of ${prompts.length} prompts; all are given as token ids`);
  console.log(`load of the machine before: ${loadavg().map((load) => load.toFixed(2)).join(" ")}`);

  const plain = contenders[0];
  const results = [...contenders, PEER].map((name) => ({ name, repeats: [], round: null }));
  const decode = ({ name }, few) => {
    if (name === PEER) return llama.decode(few ? prompts.slice(0, 2) : prompts, maxNewTokens, endTokens);
    return talon.ask(`${few ? "warm" : "decode"} ${name}`);
  };
  for (const result of results) await decode(result, true);
  for (let round = 0; round < Number(repeats); round++) {
    console.error(`round ${round + 1} of ${repeats}`);
    for (const result of results) {
      result.round = await decode(result, false);
      result.repeats.push(rates(result.round, count(prompts)));
    }
  }
  console.log(`load of the machine after: ${loadavg().map((load) => load.toFixed(2)).join(" ")}\n`);
  for (const result of results) {
    const kinds = Object.keys(result.repeats[0]);
    result.rate = Object.fromEntries(kinds.map((kind) => [kind, median(result.repeats.map((rate) => rate[kind]))]));
    result.tau = result.round.tau;
  }
  console.log(table(results));

  const { own } = results.at(-1).rate;
  console.log(`\nBy llama.cpp's own clock, its forwards alone, without Node, without choosing tokens: ${own.toFixed(1)} tokens/s of decoding.`);
  for (const { name, rate } of results.filter((result) => result.name.endsWith(" ar"))) {
    console.log(`${name} makes ${(rate.decode / own).toFixed(2)} times that`);
  }
  console.log();
  const agreements = [[PEER, await llama.agreement(prompts, results[0].round.tokens)]];
  for (const type of new Set(contenders.map((name) => name.split(" ")[0]))) {
    if (type !== plain.split(" ")[0]) agreements.push([type, await talon.ask(`agreement ${type}`)]);
  }
  for (const [name, { tokens, equal }] of agreements) {
    console.log(`${name} chooses ${((100 * equal) / tokens).toFixed(1)} % of ${tokens} greedy tokens as ${plain} does after the same text`);
  }
  if (json) {
    const rows = results.map(({ name, rate, repeats: all, tau }) => JSON.stringify({ name, threads: Number(threads), rate, repeats: all, tau }));
    writeFileSync(json, `${rows.join("\n")}\n`);
  }
  process.exit(await talon.stop());
}

await main(process.argv.slice(2));
