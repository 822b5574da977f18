// Writes a checkpoint of the Llama shape as GGUF for llama.cpp: matrices in Q8_0, norms in float32, the tokenizer with it.
//
//   node gguf.mjs MODEL_DIRECTORY FILE
//
// Made from the description of the format (GGUF version 3): little-endian, a header of typed key-value pairs, then one
// description a tensor, then the tensors, each at a multiple of 32 bytes. Dimensions stand with the row length first.
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openTensors } from "./safetensors.mjs";

const ALIGNMENT = 32;
const BLOCK = 32; // values that share a scale
const BLOCK_BYTES = 2 + BLOCK;
const F32 = 0;
const Q8_0 = 8;
const [U32, I32, FLOAT, BOOL, STRING, ARRAY] = [4, 5, 6, 7, 8, 9];
const [NORMAL, CONTROL, USER_DEFINED] = [1, 3, 4]; // kinds of tokens

/** The bits of a number as a half float, rounded to nearest, ties to even; only for sizes that a half float has. */
export function halfBits(value) {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14); // below, a half float is a multiple of 2^-24
  const scaled = size * 2 ** (10 - exponent);
  let whole = Math.floor(scaled);
  const rest = scaled - whole;
  if (rest > 0.5 || (rest === 0.5 && whole % 2 === 1)) whole++;
  return sign | (((exponent + 14) << 10) + whole); // a carry out of the fraction moves the exponent
}

/** Blocks of 32 values: the scale as a half float, then a signed byte each. */
export function quantize(values) {
  const bytes = Buffer.alloc((values.length / BLOCK) * BLOCK_BYTES);
  for (let start = 0, at = 0; start < values.length; start += BLOCK, at += BLOCK_BYTES) {
    let largest = 0;
    for (let i = start; i < start + BLOCK; i++) largest = Math.max(largest, Math.abs(values[i]));
    const scale = largest / 127;
    bytes.writeUInt16LE(halfBits(scale), at);
    for (let i = 0; i < BLOCK && scale > 0; i++) bytes.writeInt8(Math.round(values[start + i] / scale), at + 2 + i);
  }
  return bytes;
}

/** Rows of q and k in the order of llama.cpp, whose rotation pairs neighbours where the checkpoint pairs halves of a head. */
function pairNeighbours(values, heads, columns) {
  const size = values.length / columns / heads;
  const moved = new Float32Array(values.length);
  for (let row = 0; row < heads * size; row++) {
    const inHead = row % size;
    const from = row - inHead + (inHead % 2) * (size / 2) + Math.floor(inHead / 2);
    moved.set(values.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return moved;
}

const LAYER = {
  "input_layernorm": "attn_norm",
  "self_attn.q_proj": "attn_q",
  "self_attn.k_proj": "attn_k",
  "self_attn.v_proj": "attn_v",
  "self_attn.o_proj": "attn_output",
  "post_attention_layernorm": "ffn_norm",
  "mlp.gate_proj": "ffn_gate",
  "mlp.up_proj": "ffn_up",
  "mlp.down_proj": "ffn_down",
};

/** Names in the file by names in the checkpoint. */
function names(config) {
  const all = new Map([["model.embed_tokens.weight", "token_embd.weight"], ["model.norm.weight", "output_norm.weight"]]);
  if (!config.tie_word_embeddings) all.set("lm_head.weight", "output.weight");
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    for (const [theirs, ours] of Object.entries(LAYER)) all.set(`model.layers.${layer}.${theirs}.weight`, `blk.${layer}.${ours}.weight`);
  }
  return all;
}

function check(holds, message) {
  if (!holds) throw new Error(message);
}

function readConfig(directory) {
  const config = JSON.parse(readFileSync(join(directory, "config.json"), "utf8"));
  check(config.model_type === "llama", `the model is of type ${config.model_type}; only llama can be converted`);
  check(!config.attention_bias && !config.mlp_bias, "the model has biases, which cannot be converted");
  const rope = config.rope_parameters ?? config.rope_scaling;
  const kind = rope?.rope_type ?? rope?.type ?? "default";
  check(kind === "default", `the model scales its rotation (${kind}), which cannot be converted`);
  config.rope_theta ??= config.rope_parameters?.rope_theta ?? 10000;
  config.num_key_value_heads ??= config.num_attention_heads;
  config.head_dim ??= config.hidden_size / config.num_attention_heads;
  return config;
}

/** Tokens, kinds and merges of a byte-level BPE; ids without a token get a name of their own, as the format has no gaps. */
function tokenizerPairs(directory, vocabulary) {
  const { model, added_tokens: added = [], pre_tokenizer: splitter } = JSON.parse(readFileSync(join(directory, "tokenizer.json"), "utf8"));
  check(model.type === "BPE", `the tokenizer is ${model.type}; only byte-level BPE can be converted`);
  const steps = (splitter?.pretokenizers ?? [splitter]).map((step) => step?.type).join(", ");
  check(steps === "Digits, ByteLevel", `the tokenizer splits by ${steps}; only Digits, ByteLevel (llama.cpp's smollm) can be converted`);
  const tokens = Array.from({ length: vocabulary }, (_, id) => `[PAD${id}]`);
  const kinds = new Array(vocabulary).fill(USER_DEFINED);
  for (const [token, id] of Object.entries(model.vocab)) [tokens[id], kinds[id]] = [token, NORMAL];
  for (const { id, content, special } of added) [tokens[id], kinds[id]] = [content, special ? CONTROL : USER_DEFINED];
  const pairs = [
    ["tokenizer.ggml.model", STRING, "gpt2"],
    ["tokenizer.ggml.pre", STRING, "smollm"],
    ["tokenizer.ggml.tokens", STRING, tokens],
    ["tokenizer.ggml.token_type", I32, kinds],
    ["tokenizer.ggml.merges", STRING, model.merges.map((merge) => (Array.isArray(merge) ? merge.join(" ") : merge))],
    ["tokenizer.ggml.add_bos_token", BOOL, false],
    ["tokenizer.ggml.add_space_prefix", BOOL, false],
  ];
  const settings = JSON.parse(readFileSync(join(directory, "tokenizer_config.json"), "utf8"));
  for (const [name, key] of [["bos", "bos"], ["eos", "eos"], ["unk", "unknown"], ["pad", "padding"]]) {
    const token = settings[`${name}_token`];
    const id = tokens.indexOf(token?.content ?? token);
    if (id >= 0) pairs.push([`tokenizer.ggml.${key}_token_id`, U32, id]);
  }
  const template = join(directory, "chat_template.jinja");
  const text = existsSync(template) ? readFileSync(template, "utf8") : settings.chat_template;
  if (typeof text === "string") pairs.push(["tokenizer.chat_template", STRING, text]);
  return pairs;
}

function modelPairs(config) {
  return [
    ["general.architecture", STRING, "llama"],
    ["general.file_type", U32, 7], // most of it Q8_0
    ["general.quantization_version", U32, 2],
    ["llama.vocab_size", U32, config.vocab_size],
    ["llama.context_length", U32, config.max_position_embeddings],
    ["llama.embedding_length", U32, config.hidden_size],
    ["llama.block_count", U32, config.num_hidden_layers],
    ["llama.feed_forward_length", U32, config.intermediate_size],
    ["llama.attention.head_count", U32, config.num_attention_heads],
    ["llama.attention.head_count_kv", U32, config.num_key_value_heads],
    ["llama.attention.layer_norm_rms_epsilon", FLOAT, config.rms_norm_eps],
    ["llama.attention.key_length", U32, config.head_dim],
    ["llama.attention.value_length", U32, config.head_dim],
    ["llama.rope.dimension_count", U32, config.head_dim],
    ["llama.rope.freq_base", FLOAT, config.rope_theta],
  ];
}

const number = (size, write) => (value) => {
  const bytes = Buffer.alloc(size);
  bytes[write](value);
  return bytes;
};
const u32 = number(4, "writeUInt32LE");
const long = number(8, "writeBigUInt64LE");
const u64 = (value) => long(BigInt(value));
const text = (value) => {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
};
const WRITERS = { [U32]: u32, [I32]: number(4, "writeInt32LE"), [FLOAT]: number(4, "writeFloatLE"), [BOOL]: (value) => Buffer.from([value ? 1 : 0]), [STRING]: text };

const pair = ([key, type, value]) =>
  Array.isArray(value)
    ? Buffer.concat([text(key), u32(ARRAY), u32(type), u64(value.length), ...value.map(WRITERS[type])])
    : Buffer.concat([text(key), u32(type), WRITERS[type](value)]);

const padded = (length) => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

/** Converts a directory; the file is there whole or not at all. */
export function convert(directory, file) {
  const config = readConfig(directory);
  const heads = { q_proj: config.num_attention_heads, k_proj: config.num_key_value_heads };
  const { tensors, close } = openTensors(directory);
  try {
    let offset = 0;
    const plan = [...names(config)].map(([theirs, ours]) => {
      const tensor = tensors.get(theirs);
      check(tensor, `the checkpoint has no tensor ${theirs}`);
      const columns = tensor.shape.at(-1);
      const matrix = tensor.shape.length === 2;
      check(!matrix || columns % BLOCK === 0, `${theirs} has rows of ${columns}; Q8_0 takes multiples of ${BLOCK}`);
      const values = tensor.shape.reduce((product, size) => product * size, 1);
      const part = { theirs, ours, tensor, columns, matrix, offset };
      offset += padded(matrix ? (values / BLOCK) * BLOCK_BYTES : 4 * values);
      return part;
    });
    const pairs = [...modelPairs(config), ...tokenizerPairs(directory, config.vocab_size)];
    const header = Buffer.concat([
      Buffer.from("GGUF"), u32(3), u64(plan.length), u64(pairs.length), ...pairs.map(pair),
      ...plan.map(({ ours, tensor, matrix, offset: at }) =>
        Buffer.concat([text(ours), u32(tensor.shape.length), ...tensor.shape.toReversed().map(u64), u32(matrix ? Q8_0 : F32), u64(at)])),
    ]);
    const unfinished = `${file}.tmp`;
    const out = openSync(unfinished, "w");
    const write = (bytes) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(out, bytes, at);
      writeSync(out, Buffer.alloc(padded(bytes.length) - bytes.length));
    };
    write(header);
    for (const { theirs, tensor, columns, matrix } of plan) {
      const count = heads[theirs.split(".").at(-2)];
      const values = count ? pairNeighbours(tensor.read(), count, columns) : tensor.read();
      write(matrix ? quantize(values) : Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    }
    closeSync(out);
    renameSync(unfinished, file);
  } finally {
    close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    convert(process.argv[2], process.argv[3]);
  } catch (error) {
    console.error(`error: cannot convert ${process.argv[2]}: ${error.message}`);
    process.exit(1);
  }
}
