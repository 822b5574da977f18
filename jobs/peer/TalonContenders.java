import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.conf.BenchOptions;
import io.talon.conf.Command;
import io.talon.conf.DraftOptions;
import io.talon.conf.Key;
import io.talon.conf.ModelOptions;
import io.talon.conf.Settings;
import io.talon.conf.TextOptions;
import io.talon.decode.DecodeLoop;
import io.talon.decode.DecodeOptions;
import io.talon.decode.Generation;
import io.talon.decode.GenerationRequest;
import io.talon.decode.Requester;
import io.talon.decode.TokenAgreement;
import io.talon.draft.Drafter;
import io.talon.draft.EngineDrafter;
import io.talon.draft.policy.TreePolicy;
import io.talon.engine.Engine;
import io.talon.job.PromptList;
import io.talon.request.RowReader;
import io.talon.request.RowRequest;
import io.talon.serve.EngineCosts;
import io.talon.serve.ModelCheck;
import io.talon.serve.ModelText;
import io.talon.stats.ForwardMeter;
import io.talon.torch.TorchEngines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * TALON's side of a comparison with another program, one engine per type in one JVM; llama-cpp/compare.mjs runs it from this
 * file and says whose turn it is, so that nothing else decodes meanwhile.
 *
 * <p>Arguments: the types, separated by commas, and options of {@code talon bench}. It writes a line of JSON: the prompts as text
 * and as token ids, the end tokens, the names of what it can measure. Then it answers every line that it reads with one: {@code
 * decode I NAME} decodes a prompt, {@code agreement TYPE} says how many greedy tokens after the same text are those of the first
 * type.
 */
public final class TalonContenders {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelCheck models;
  private final List<String> texts; // of the prompts, through the chat template
  private final List<GenerationRequest> requests;
  private final Map<String, Engine> engines = new LinkedHashMap<>(); // by type
  private final Map<String, DecodeLoop> loops = new LinkedHashMap<>(); // by type and policy

  private TalonContenders(BenchOptions options, ModelCheck models, PromptList prompts, List<String> types) {
    this.models = models;
    RowReader reader = new RowReader(prompts.columns(), options.input().prompts(), options.text());
    List<RowRequest> rows = prompts.rows().stream().map(row -> reader.read(row.json())).toList();
    texts = rows.stream().map(this::prompt).toList();
    requests = IntStream.range(0, rows.size())
        .mapToObj(i -> request(String.valueOf(prompts.rows().get(i).promptId()), texts.get(i), rows.get(i).text()))
        .toList();
    List<DraftOptions> drafts = Stream.concat(Stream.of(options.plain()), options.drafts().stream()).toList();
    List<TreePolicy> policies = drafts.stream().map(DraftOptions::policy).toList();
    Drafter.Factory drafters = models.models().drafts().drafters(prompts.corpora());
    for (String type : types) {
      ModelOptions typed = models.models().withDtype(type);
      Engine engine = TorchEngines.open(typed.engine(policies, typed.firstDevice(), 1));
      engines.put(type, engine);
      for (DraftOptions draft : drafts) {
        DecodeOptions decoding = new DecodeOptions(
            draft.policy(),
            draft.policy().drafts() ? drafters : EngineDrafter::new,
            draft.coupling(),
            models.target().endTokens(),
            EngineCosts.of(typed));
        loops.put(type + " " + name(draft.policy()), new DecodeLoop(engine, decoding, System::nanoTime, new ForwardMeter()));
      }
    }
  }

  /** Takes the types and the options. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err); // the lines of JSON have standard output for themselves
    try {
      BenchOptions options = BenchOptions.of(settings(arguments));
      ModelCheck models = ModelCheck.of(options.models(), options.drafts(), Instant.now());
      PromptList prompts = PromptList.read(null, options.input(), options.models(), models, System.err::println);
      new TalonContenders(options, models, prompts, List.of(arguments[0].split(","))).serve(out);
    } catch (TalonException e) {
      System.err.println("error: " + e.code() + ": " + e.getMessage());
      System.exit(2);
    } finally {
      ModelText.closeAll();
    }
  }

  private static Settings settings(String[] arguments) {
    Map<Key, List<String>> given = new EnumMap<>(Key.class);
    for (int i = 1; i < arguments.length; i++) {
      String[] parts = arguments[i].split("=", 2);
      Key key = Key.of(Command.BENCH).stream()
          .filter(known -> parts[0].equals("--" + known.label()))
          .findFirst()
          .orElseThrow(() -> new TalonException(ErrorCode.BAD_OPTION, "not an option of bench: " + parts[0]));
      if (parts.length == 1 && ++i == arguments.length) {
        throw new TalonException(ErrorCode.BAD_OPTION, parts[0] + " needs a value");
      }
      given.computeIfAbsent(key, any -> new ArrayList<>()).add(parts.length == 2 ? parts[1] : arguments[i]);
    }
    return Settings.layered(Command.BENCH, given, null);
  }

  private static String name(TreePolicy policy) {
    return policy.label() + (policy.label().matches("ar|auto") ? "" : " " + policy.maxTreeRows());
  }

  private GenerationRequest request(String promptId, String prompt, TextOptions text) {
    return new GenerationRequest(
        promptId, 0, 0, models.text().encode(prompt), text.sampling(promptId, 0), text.maxNewTokens(), null);
  }

  private String prompt(RowRequest request) {
    return models.text().prompt(request.conversation().opening(), request.conversation().variables());
  }

  private void serve(PrintStream out) throws IOException {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println(json(Map.of(
          "prompts", requests.stream().map(GenerationRequest::prompt).toList(),
          "texts", texts,
          "maxNewTokens", requests.stream().map(GenerationRequest::maxNewTokens).toList(),
          "endTokens", models.target().endTokens(),
          "contenders", loops.keySet())));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", 3);
        out.println(json(switch (words[0]) {
          case "decode" -> decode(loops.get(words[2]), requests.get(Integer.parseInt(words[1])));
          case "agreement" -> agreement(words[1]);
          default -> throw new IllegalArgumentException(line);
        }));
      }
    } finally {
      engines.values().forEach(Engine::close);
    }
  }

  private static Map<String, Object> decode(DecodeLoop loop, GenerationRequest request) {
    OneRequest one = new OneRequest(request);
    long start = System.nanoTime();
    loop.run(one);
    long wallNanos = System.nanoTime() - start;
    return Map.of(
        "tokens", one.generation.tokens(),
        "prefillNanos", one.generation.stats().prefillNanos(),
        "decodeNanos", one.generation.stats().decodeNanos(),
        "wallNanos", wallNanos,
        "forwards", one.generation.stats().rounds());
  }

  private Map<String, Object> agreement(String type) {
    Engine first = engines.values().iterator().next();
    TokenAgreement found = TokenAgreement.measure(first, engines.get(type), requests, models.target().endTokens());
    return Map.of("tokens", found.tokens(), "equal", found.equal());
  }

  private static String json(Map<String, Object> object) {
    try {
      return JSON.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Offers a request and keeps what came of it; a prompt that cannot be decoded ends the comparison. */
  private static final class OneRequest implements Requester {
    private GenerationRequest request;
    private Generation generation;

    OneRequest(GenerationRequest request) {
      this.request = request;
    }

    @Override
    public GenerationRequest next(int liveSlots) {
      GenerationRequest offered = request;
      request = null;
      return offered;
    }

    @Override
    public void finished(Generation finished) {
      generation = finished;
    }

    @Override
    public void rejected(GenerationRequest refused, int generated, TalonException reason) {
      throw reason;
    }
  }
}
