package io.talon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.source.RemoteModel.RemoteFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HubModelTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir
  Path directory;

  private final byte[] weights = new byte[3_000_000];
  private final FakeHub hub = new FakeHub();

  HubModelTest() {
    new Random(1).nextBytes(weights);
    hub.file("config.json", "{}".getBytes(StandardCharsets.UTF_8))
        .file("tokenizer.json", "{\"a\": 1}".getBytes(StandardCharsets.UTF_8))
        .file("README.md", new byte[10])
        .file("onnx/model.bin", new byte[10])
        .file("pytorch_model.bin", new byte[10])
        .file(WEIGHTS, weights);
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  @Test
  void branchesBecomeCommits() {
    assertThat(model("hf:org/tiny").reference().text()).isEqualTo("hf:org/tiny@" + FakeHub.COMMIT);
    assertThat(model("hf:org/tiny@refs/pr/1").reference().text()).isEqualTo("hf:org/tiny@" + FakeHub.COMMIT);
  }

  @Test
  void commitsAreTakenWithoutAskingAndCachedModelsToo() throws IOException {
    Path first = fetch(model("hf:org/tiny"));
    hub.requests.clear();
    assertThat(fetch(model("hf:org/tiny@" + FakeHub.COMMIT))).isEqualTo(first);
    assertThat(hub.requests).isEmpty();
  }

  @Test
  void theFilesThatMatterComeOver() throws IOException {
    Path model = fetch(model("hf:org/tiny"));
    try (var files = Files.list(model)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("config.json", "tokenizer.json", WEIGHTS);
    }
    assertThat(model.resolve(WEIGHTS)).hasBinaryContent(weights);
  }

  @Test
  void transfersThatBreakOffGoOnWhereTheyWere() throws IOException {
    HubModel model = model("hf:org/tiny");
    hub.breaks.set(2);
    Path file = directory.resolve("file");
    model.fetch(new RemoteFile(WEIGHTS, weights.length), file);
    assertThat(file).hasBinaryContent(weights);
    List<FakeHub.Request> requests = hub.requests.stream().filter(FakeHub.Request::toStore).toList();
    assertThat(requests).hasSize(3);
    assertThat(requests.get(0).range()).isNull();
    assertThat(requests.get(1).range()).isNotNull();
  }

  @Test
  void laterRunsGoOnWhereEarlierOnesBrokeOff() throws IOException {
    HubModel model = model("hf:org/tiny");
    Path file = directory.resolve("file");
    Files.write(file, Arrays.copyOf(weights, 1_000_000));
    model.fetch(new RemoteFile(WEIGHTS, weights.length), file);
    assertThat(file).hasBinaryContent(weights);
    assertThat(hub.requests.stream().filter(FakeHub.Request::toStore).map(FakeHub.Request::range))
        .containsExactly("bytes=1000000-");
  }

  @Test
  void storesWithoutRangesAreReadFromTheStart() throws IOException {
    hub.ignoresRanges = true;
    Path file = Files.write(directory.resolve("file"), new byte[7]);
    model("hf:org/tiny").fetch(new RemoteFile(WEIGHTS, weights.length), file);
    assertThat(file).hasBinaryContent(weights);
  }

  @Test
  void leftoversThatAreTooLongGo() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[weights.length + 1]);
    model("hf:org/tiny").fetch(new RemoteFile(WEIGHTS, weights.length), file);
    assertThat(file).hasBinaryContent(weights);
  }

  @Test
  void leftoversOfAnotherContentDoNotPassTheChecksum() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[1_000]);
    model("hf:org/tiny").fetch(new RemoteFile(WEIGHTS, weights.length), file);
    assertThat(file).as("Should start over").hasBinaryContent(weights);
  }

  @Test
  void wrongChecksumsAreRefusedAndLeaveNothing() {
    hub.corrupt = true;
    assertRefused(() -> fetch(model("hf:org/tiny")), "org/tiny/model.safetensors came with the wrong checksum: SHA-256 ");
    hub.corrupt = false;
    assertThat(fetch(model("hf:org/tiny")).resolve(WEIGHTS)).as("Should come over later").hasBinaryContent(weights);
  }

  @Test
  void overloadedHubsAreAskedAgain() {
    hub.errors.set(3);
    assertThat(fetch(model("hf:org/tiny")).resolve(WEIGHTS)).hasBinaryContent(weights);
    hub.errors.set(100);
    assertRefused(() -> model("hf:org/tiny"), "cannot ask " + hub.endpoint() + " for hf:org/tiny@main: hf:org/tiny@main at ");
  }

  @Test
  void theTokenGoesToTheHubAndNowhereElse() {
    hub.token = "hf_secret";
    fetch(HubModel.resolve((ModelReference.Hub) ModelReference.of("hf:org/tiny"), hub.access("hf_secret")));
    assertThat(hub.requests).filteredOn(request -> !request.toStore()).allMatch(request -> request.authorization() != null);
    assertThat(hub.requests)
        .filteredOn(FakeHub.Request::toStore)
        .isNotEmpty()
        .allMatch(request -> request.authorization() == null);
    assertThat(hub.access("hf_secret").toString()).doesNotContain("secret");
  }

  @Test
  void refusalsSayWhatToDo() {
    String end = " at " + hub.endpoint() + " (status ";
    assertRefused(() -> model("hf:org/none"), "there is no hf:org/none@main" + end + "404): check name, revision and file");
    hub.token = "hf_secret";
    assertRefused(
        () -> model("hf:org/tiny"),
        "no access to hf:org/tiny@main" + end
            + "401): it does not exist, or is private or gated; give a token in the variable HF_TOKEN");
    assertRefused(
        () -> HubModel.resolve((ModelReference.Hub) ModelReference.of("hf:org/tiny"), hub.access("hf_other")),
        "access denied to hf:org/tiny@main" + end + "403): accept the model's terms on its page, or give another token");
  }

  @Test
  void hubsThatAreNotThereAreNamed() {
    hub.close();
    assertRefused(
        () -> model("hf:org/tiny"), "cannot ask " + hub.endpoint() + " for hf:org/tiny@main: cannot connect to 127.0.0.1");
  }

  @Test
  void callersWaitForOneTransfer() {
    List<CompletableFuture<Path>> callers = IntStream.range(0, 8)
        .mapToObj(i -> CompletableFuture.supplyAsync(() -> fetch(model("hf:org/tiny@" + FakeHub.COMMIT))))
        .toList();
    assertThat(callers.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(hub.requests).filteredOn(FakeHub.Request::toStore).hasSize(1);
  }

  private HubModel model(String reference) {
    return HubModel.resolve((ModelReference.Hub) ModelReference.of(reference), hub.access(""));
  }

  private Path fetch(HubModel model) {
    return new ModelCache(directory.resolve("cache"), note -> {}).directory(model);
  }

  private static void assertRefused(Runnable action, String message) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(TalonException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_SOURCE))
        .hasMessageStartingWith(message);
  }
}
