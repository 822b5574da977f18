"""Training by the clock: a cosine learning rate over a given number of minutes, and progress lines."""

import math
import time

from torch.nn.utils import clip_grad_norm_

FLOOR = 0.05  # of the peak rate, at the end


class TimedSchedule:
    """Sets the learning rate from the share of the time that is used, after a linear warm-up."""

    def __init__(self, optimizer, peak_rate, minutes, warmup_steps):
        self.optimizer = optimizer
        self.peak_rate = peak_rate
        self.seconds = 60 * minutes
        self.warmup_steps = warmup_steps
        self.start = time.monotonic()
        self.step = 0

    def elapsed(self):
        return time.monotonic() - self.start

    def has_time(self):
        return self.elapsed() < self.seconds

    def begin_step(self):
        """Sets the rate for the coming step."""
        used = min(1.0, self.elapsed() / self.seconds)
        cosine = FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * used))
        rate = self.peak_rate * min(1.0, (self.step + 1) / self.warmup_steps) * cosine
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def apply(self, loss, parameters, max_norm):
        """One optimizer step with clipped gradients."""
        self.optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(parameters, max_norm)
        self.optimizer.step()
        self.step += 1


class RunningMean:
    """An exponential mean of a number or an array."""

    def __init__(self, keep):
        self.keep = keep
        self.value = None

    def add(self, sample):
        self.value = sample if self.value is None else self.keep * self.value + (1 - self.keep) * sample
        return self.value
