"""Writes golden outputs of the demo target: what the Java engine must reproduce.

golden.json         per prompt: ids through the template, greedy continuation, its text and the
                    smallest gap between the two best logits on the way (a near tie shows here).
golden.safetensors  logits.i, float32 [positions, vocab]: of every prompt position for the first
                    --full prompts, of the last position alone for the others.

Everything is computed in float32 from the weights as stored.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

import demo_model  # noqa: F401, has to come first
from chat import EOS_ID, PAD_ID
from files import read_json_lines, write_json


def smallest_gap(scores):
    """The smallest distance between the best and the second-best logit over all steps."""
    best_two = torch.stack([torch.topk(step[0], 2).values for step in scores])
    return round((best_two[:, 0] - best_two[:, 1]).min().item(), 5)


@torch.no_grad()
def golden_case(model, tokenizer, row, max_new_tokens):
    """One prompt's golden record, and the logits of all its positions [n, vocab]."""
    message = {"role": "user", "content": row["turns"][0]}
    prompt = tokenizer.apply_chat_template(
        [message], add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    ids = prompt["input_ids"]
    result = model.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=max_new_tokens,
        do_sample=False,
        eos_token_id=EOS_ID,
        pad_token_id=PAD_ID,
        return_dict_in_generate=True,
        output_scores=True,
    )
    greedy = result.sequences[0, ids.shape[1] :].tolist()
    case = {
        "category": row["category"],
        "prompt": row["turns"][0],
        "prompt_ids": ids[0].tolist(),
        "greedy": greedy,
        "text": tokenizer.decode(greedy, skip_special_tokens=True),
        "smallest_gap": smallest_gap(result.scores),
    }
    return case, model(input_ids=ids).logits[0].float()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--target", required=True, help="directory of the exported target")
    parser.add_argument("--prompts", required=True, help="JSON lines with category and turns")
    parser.add_argument("--output", required=True, help="directory for the two files")
    parser.add_argument("--count", type=int, default=12, help="prompts to use (default: 12)")
    parser.add_argument(
        "--full", type=int, default=2, help="prompts with logits of all positions (default: 2)"
    )
    parser.add_argument("--max-new-tokens", type=int, default=96, help="(default: 96)")
    options = parser.parse_args()

    torch.set_num_threads(1)
    model = AutoModelForCausalLM.from_pretrained(options.target, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(options.target)
    cases, logits = [], {}
    for i, row in enumerate(read_json_lines(options.prompts, options.count)):
        case, rows = golden_case(model, tokenizer, row, options.max_new_tokens)
        cases.append(case)
        logits[f"logits.{i}"] = (rows if i < options.full else rows[-1:]).contiguous().clone()
        print(f"{i}: {len(case['greedy'])} tokens, smallest gap {case['smallest_gap']}", flush=True)
    output = Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    write_json(output / "golden.json", cases, indent=1)
    save_file(logits, output / "golden.safetensors")


if __name__ == "__main__":
    main()
