package io.talon.source;

import static io.talon.TalonException.check;

import io.talon.ErrorCode;
import io.talon.TalonException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks a hub: follows redirects, sends the token to the hub alone, and says in words what an error means.
 *
 * <p>What may pass by itself, such as a broken connection or an overloaded hub, is an IOException and worth another attempt;
 * what will not is a TalonException.
 */
final class HubClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int REDIRECTS = 8;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int TOO_MANY_REQUESTS = 429;

  private final HubAccess access;
  private final HttpClient http = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .followRedirects(HttpClient.Redirect.NEVER) // they would take the token along
      .connectTimeout(TIMEOUT)
      .build();

  HubClient(HubAccess access) {
    this.access = access;
  }

  HubAccess access() {
    return access;
  }

  /** An address under the hub's own. */
  URI address(String path) {
    return URI.create(access.endpoint() + path);
  }

  /**
   * Asks for a file from a byte on.
   *
   * @param what name of the file or the request, for messages
   * @throws TalonException MODEL_SOURCE when there is no such thing or no right to see it
   * @throws IOException when another attempt may succeed
   */
  HubAnswer get(String what, URI address, long begin) throws IOException {
    URI current = address;
    Optional<String> sha256 = Optional.empty();
    for (int i = 0; i < REDIRECTS; i++) {
      HttpResponse<InputStream> response = send(current, begin);
      if (sha256.isEmpty()) {
        sha256 = HubAnswer.sha256(response);
      }
      Optional<String> location = response.headers().firstValue("Location");
      if (response.statusCode() / 100 != 3 || location.isEmpty()) {
        checkStatus(what, response);
        return new HubAnswer(response, sha256);
      }
      response.body().close();
      current = redirected(current, location.get());
    }
    throw new TalonException(ErrorCode.MODEL_SOURCE, what + " is redirected more than " + REDIRECTS + " times: " + address);
  }

  private HttpResponse<InputStream> send(URI address, long begin) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(TIMEOUT).header("User-Agent", "talon-spark");
    if (begin > 0) {
      request.header("Range", "bytes=" + begin + "-");
    }
    if (!access.token().isEmpty() && sameHost(address, access.endpoint())) {
      request.header("Authorization", "Bearer " + access.token());
    }
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (ConnectException e) { // comes without a message
      throw new IOException("cannot connect to " + address.getHost(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + address.getHost());
    }
  }

  private static URI redirected(URI from, String location) {
    URI to = from.resolve(location);
    check(
        to.getScheme().equals("https") || to.getScheme().equals("http") && from.getScheme().equals("http"),
        ErrorCode.MODEL_SOURCE,
        "a redirect must not leave https: from %s to %s://%s",
        from.getHost(),
        to.getScheme(),
        to.getHost());
    return to;
  }

  private static boolean sameHost(URI one, URI other) {
    return one.getScheme().equals(other.getScheme())
        && one.getHost().equals(other.getHost())
        && one.getPort() == other.getPort();
  }

  private void checkStatus(String what, HttpResponse<InputStream> response) throws IOException {
    int status = response.statusCode();
    if (status / 100 == 2) {
      return;
    }
    response.body().close();
    String place = what + " at " + access.endpoint() + " (status " + status + ")";
    switch (status) {
      case 401 -> throw refused("no access to " + place + ": it does not exist, or is private or gated; " + tokenAdvice());
      case 403 -> throw refused("access denied to " + place + ": accept the model's terms on its page, or " + tokenAdvice());
      case 404 -> throw refused("there is no " + place + ": check name, revision and file");
      case RANGE_NOT_SATISFIABLE -> throw new NothingThere(place);
      case REQUEST_TIMEOUT, TOO_MANY_REQUESTS -> throw new IOException(place);
      default -> {
        if (status / 100 == 5) {
          throw new IOException(place);
        }
        throw refused("unexpected answer for " + place);
      }
    }
  }

  private String tokenAdvice() {
    return access.token().isEmpty() ? "give a token in the variable HF_TOKEN" : "give another token, as this one does not do";
  }

  private static TalonException refused(String message) {
    return new TalonException(ErrorCode.MODEL_SOURCE, message);
  }

  /** The file ends before the byte that was asked for. */
  static final class NothingThere extends IOException {
    private static final long serialVersionUID = 1L;

    NothingThere(String message) {
      super(message);
    }
  }
}
