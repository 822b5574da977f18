"""Plain greedy decoding by Hugging Face transformers: the peer that `talon`'s plain decoding is compared with.

The same weights, prompts, type, threads and token limit as `jobs/bench.sh`, one sequence at a time; prints one JSON object
with the tokens per second over all prompts, prefill included, as the benchmark counts them.
"""
import argparse
import json
import statistics
import time

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True, help="directory of the model")
    parser.add_argument("--input", required=True, help="JSON lines with a column turns or prompt")
    parser.add_argument("--limit", type=int, default=0, help="read the first rows only; 0 for all")
    parser.add_argument("--dtype", choices=TYPES, default="fp32")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 for torch's own choice")
    parser.add_argument("--max-new-tokens", type=int, default=256)
    parser.add_argument("--repeats", type=int, default=3)
    return parser.parse_args()


def read_prompts(path, limit):
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    texts = [row["turns"][0] if "turns" in row else row["prompt"] for row in rows]
    return texts[:limit] if limit else texts


def encode(tokenizer, text):
    if tokenizer.chat_template is None:
        return tokenizer(text, return_tensors="pt")["input_ids"]
    messages = [{"role": "user", "content": text}]
    encoded = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    return encoded["input_ids"]


@torch.inference_mode()
def decode_all(model, prompts, max_new_tokens):
    """Tokens per second over all prompts."""
    tokens, start = 0, time.perf_counter()
    for ids in prompts:
        output = model.generate(ids, max_new_tokens=max_new_tokens, do_sample=False, pad_token_id=0)
        tokens += output.shape[1] - ids.shape[1]
    return tokens / (time.perf_counter() - start)


def main():
    options = arguments()
    if options.threads:
        torch.set_num_threads(options.threads)
    tokenizer = AutoTokenizer.from_pretrained(options.target)
    model = AutoModelForCausalLM.from_pretrained(options.target, dtype=TYPES[options.dtype]).eval()
    prompts = [encode(tokenizer, text) for text in read_prompts(options.input, options.limit)]
    decode_all(model, prompts[:2], options.max_new_tokens)
    rates = [decode_all(model, prompts, options.max_new_tokens) for _ in range(options.repeats)]
    print(json.dumps({"peer": "transformers", "dtype": options.dtype, "tokens_per_s": round(statistics.median(rates), 1)}))


if __name__ == "__main__":
    main()
