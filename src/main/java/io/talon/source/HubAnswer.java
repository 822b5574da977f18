package io.talon.source;

import io.talon.source.RemoteModel.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What came back for a file or a request, after all redirects.
 *
 * @param response the last one; its body is still to be read and to be closed
 * @param sha256 of the whole file, from the first answer that named one; empty where none did
 */
record HubAnswer(HttpResponse<InputStream> response, Optional<String> sha256) implements AutoCloseable {
  private static final Pattern SHA256 = Pattern.compile("(?:W/)?\"?([0-9a-f]{64})\"?");
  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d+/(\\d+)");
  private static final int PARTIAL_CONTENT = 206;

  /** The hash in the headers of a large file; those of small files are of another kind. */
  static Optional<String> sha256(HttpResponse<?> response) {
    return response.headers()
        .firstValue("X-Linked-ETag")
        .or(() -> response.headers().firstValue("ETag"))
        .map(SHA256::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1));
  }

  /** The byte of the file that the body begins with. */
  long begin() {
    return range().map(matcher -> Long.parseLong(matcher.group(1))).orElse(0L);
  }

  /** Bytes of the whole file; {@link RemoteFile#UNKNOWN_SIZE} where the headers do not say. */
  long size() {
    return range()
        .map(matcher -> Long.parseLong(matcher.group(2)))
        .orElseGet(() -> response.headers().firstValueAsLong("Content-Length").orElse(RemoteFile.UNKNOWN_SIZE));
  }

  @Override
  public void close() throws IOException {
    response.body().close();
  }

  private Optional<Matcher> range() {
    return Optional.of(response)
        .filter(answer -> answer.statusCode() == PARTIAL_CONTENT)
        .flatMap(answer -> answer.headers().firstValue("Content-Range"))
        .map(RANGE::matcher)
        .filter(Matcher::matches);
  }
}
