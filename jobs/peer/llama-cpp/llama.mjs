// llama.cpp's side of the comparison, by node-llama-cpp: one sequence, greedy, token ids in and out.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const GREEDY = { temperature: 0, yieldEogToken: true };

/** What llama.cpp's own clock says of forwards of one token, from the lines that it prints. */
function ownDecodeNanos(log) {
  return Number(log.match(/[^t] eval time = +([\d.]+) ms/)?.[1] ?? NaN) * 1e6;
}

export class LlamaContender {
  #model;
  #context;
  #sequence;
  #log = "";

  /**
   * Opens a model.
   *
   * @param installed folder with node_modules
   * @param longest tokens of the longest sequence
   */
  static async open(installed, file, threads, longest) {
    const { getLlama, LlamaLogLevel } = await import(pathToFileURL(join(installed, "node_modules/node-llama-cpp/dist/index.js")));
    const contender = new LlamaContender();
    const llama = await getLlama({
      gpu: false,
      build: "never",
      skipDownload: true,
      progressLogs: false,
      maxThreads: threads,
      logLevel: LlamaLogLevel.info,
      logger: (_, message) => (contender.#log += `${message}\n`),
    });
    const model = await llama.loadModel({ modelPath: file });
    contender.release = llama.llamaCppRelease.release;
    contender.#model = model;
    contender.#context = await model.createContext({ contextSize: longest, threads, performanceTracking: true });
    contender.#sequence = contender.#context.getSequence();
    return contender;
  }

  /** Whether its own tokenizer makes these token ids of a text. */
  writes(text, tokens) {
    const own = this.#model.tokenize(text, true);
    return own.length === tokens.length && own.every((token, i) => token === tokens[i]);
  }

  /** Decodes a prompt until an end token or the limit. */
  async decode(prompt, limit, endTokens) {
    await this.#timings();
    await this.#sequence.clearHistory();
    const tokens = [];
    const start = process.hrtime.bigint();
    let first;
    for await (const token of this.#sequence.evaluate(prompt, GREEDY)) {
      first ??= process.hrtime.bigint();
      tokens.push(token);
      if (tokens.length === limit || endTokens.includes(token)) break;
    }
    const end = process.hrtime.bigint();
    return {
      tokens,
      prefillNanos: Number(first - start),
      decodeNanos: Number(end - first),
      wallNanos: Number(end - start),
      forwards: tokens.length - 1,
      ownNanos: ownDecodeNanos(await this.#timings()),
    };
  }

  /** How many tokens of texts it would have chosen itself, each after the same prompt and the same tokens before it. */
  async agreement(prompts, texts) {
    const chosen = { generateNext: { token: true, options: { temperature: 0 } } };
    const count = { tokens: 0, equal: 0 };
    for (const [i, text] of texts.entries()) {
      await this.#sequence.clearHistory();
      const input = [...prompts[i], ...text.slice(0, -1)];
      const first = prompts[i].length - 1;
      const output = await this.#sequence.controlledEvaluate(input.map((token, at) => (at < first ? token : [token, chosen])));
      count.tokens += text.length;
      count.equal += text.filter((token, at) => output[first + at].next.token === token).length;
    }
    return count;
  }

  async #timings() {
    this.#log = "";
    await this.#context.printTimings();
    return this.#log;
  }
}
