package io.talon.source;

import static io.talon.TalonException.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.source.RemoteModel.RemoteFile;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One commit of a model on a hub that speaks as Hugging Face's does. */
public final class HubModel implements RemoteModel {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HubClient client;
  private final ModelReference.Hub pinned;

  private HubModel(HubClient client, ModelReference.Hub pinned) {
    this.client = client;
    this.pinned = pinned;
  }

  /**
   * Finds the commit of a branch or a tag; a reference that names its commit is taken without asking.
   *
   * @throws TalonException MODEL_SOURCE when the hub has no such model or revision, keeps it from us, or does not answer
   */
  public static HubModel resolve(ModelReference.Hub reference, HubAccess access) {
    HubClient client = new HubClient(access);
    if (reference.pinned()) {
      return new HubModel(client, reference);
    }
    try {
      String commit = describe(client, reference).path("sha").asText();
      check(
          reference.at(commit).pinned(),
          ErrorCode.MODEL_SOURCE,
          "%s names no commit for %s: '%s'",
          access.endpoint(),
          reference.text(),
          commit);
      return new HubModel(client, reference.at(commit));
    } catch (IOException e) {
      throw new TalonException(
          ErrorCode.MODEL_SOURCE,
          String.format("cannot ask %s for %s: %s", access.endpoint(), reference.text(), e.getMessage()),
          e);
    }
  }

  @Override
  public ModelReference reference() {
    return pinned;
  }

  @Override
  public String identity() {
    return client.access().endpoint() + " " + pinned.text();
  }

  @Override
  public List<RemoteFile> files() throws IOException {
    Map<String, Long> sizes = new HashMap<>();
    for (JsonNode file : describe(client, pinned).path("siblings")) {
      sizes.put(file.path("rfilename").asText(), file.path("size").asLong(RemoteFile.UNKNOWN_SIZE));
    }
    return ModelFileNames.choose(pinned.text(), sizes.keySet()).stream()
        .map(name -> new RemoteFile(name, sizes.get(name)))
        .toList();
  }

  @Override
  public void fetch(RemoteFile remote, Path file) throws IOException {
    URI address = client.address(
        "/" + pinned.repository() + "/resolve/" + pinned.revision() + "/" + encoded(remote.name()));
    new Download(client, pinned.repository() + "/" + remote.name(), address, file).run();
  }

  private static JsonNode describe(HubClient client, ModelReference.Hub reference) throws IOException {
    URI address = client.address(
        "/api/models/" + reference.repository() + "/revision/" + encoded(reference.revision()) + "?blobs=true");
    return Attempts.of(client.access().firstDelay(), () -> {
      try (HubAnswer answer = client.get(reference.text(), address, 0)) {
        return JSON.readTree(answer.response().body());
      }
    });
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
