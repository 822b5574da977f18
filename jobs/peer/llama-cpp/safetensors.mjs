// Reads the tensors of a Hugging Face directory as float32, from one file or from shards with an index.
import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";

/** A half float as a number. */
const half = (bits) => {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
};

const WIDTHS = { BF16: 2, F16: 2, F32: 4 };

const decode = (bytes, type) => {
  const aligned = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  if (type === "F32") return new Float32Array(aligned);
  const words = new Uint16Array(aligned);
  if (type === "F16") return Float32Array.from(words, half);
  const bits = new Uint32Array(words.length); // a bf16 is the upper half of a float32
  for (let i = 0; i < words.length; i++) bits[i] = words[i] << 16;
  return new Float32Array(bits.buffer);
};

const readAt = (file, position, length) => {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(file, bytes, at, length - at, position + at);
    if (count === 0) throw new Error(`a tensor file ends at byte ${position + at}, in the middle of a tensor`);
    at += count;
  }
  return bytes;
};

/** The tensors of a directory by name, each {shape, read()}; read() gives float32 values, row by row. */
export function openTensors(directory) {
  const index = join(directory, "model.safetensors.index.json");
  const names = existsSync(index)
    ? [...new Set(Object.values(JSON.parse(readFileSync(index, "utf8")).weight_map))].sort()
    : ["model.safetensors"];
  const tensors = new Map();
  const files = names.map((name) => openSync(join(directory, name)));
  for (const file of files) {
    const length = Number(readAt(file, 0, 8).readBigUInt64LE());
    const header = JSON.parse(readAt(file, 8, length).toString("utf8"));
    delete header.__metadata__;
    for (const [name, { dtype, shape, data_offsets: [start, end] }] of Object.entries(header)) {
      if (!WIDTHS[dtype]) throw new Error(`tensor ${name} is ${dtype}; only ${Object.keys(WIDTHS).join(", ")} can be converted`);
      tensors.set(name, { shape, read: () => decode(readAt(file, 8 + length + start, end - start), dtype) });
    }
  }
  return { tensors, close: () => files.forEach((file) => closeSync(file)) };
}
