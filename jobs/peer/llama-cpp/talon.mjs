// The JVM of ../TalonContenders.java: a line to it, a line of JSON back.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class TalonProcess {
  #child;
  #lines;

  /** Starts the command; resolves with what it says first. */
  static async start(command) {
    const talon = new TalonProcess();
    talon.#child = spawn(command[0], command.slice(1), { stdio: ["pipe", "pipe", "inherit"] });
    talon.#child.stdin.on("error", () => {}); // a JVM that ended says why by its exit code
    talon.exit = new Promise((resolve) => talon.#child.on("close", (code) => resolve(code ?? 1)));
    talon.#lines = createInterface({ input: talon.#child.stdout })[Symbol.asyncIterator]();
    talon.hello = await talon.#next();
    return talon;
  }

  async ask(line) {
    this.#child.stdin.write(`${line}\n`);
    return this.#next();
  }

  /** Ends the JVM and waits for it. */
  async stop() {
    this.#child.stdin.end();
    return this.exit;
  }

  async #next() {
    const { value, done } = await this.#lines.next();
    if (!done) return JSON.parse(value);
    process.exit((await this.exit) || 1); // it has said on standard error what was wrong
  }
}
