package io.talon.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A hub and, on a port of its own, the store of large files that it redirects to. */
public final class FakeHub implements AutoCloseable {
  public static final String REPOSITORY = "org/tiny";
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  /** A request as it came in. */
  record Request(boolean toStore, String path, String authorization, String range) {}

  final List<Request> requests = new CopyOnWriteArrayList<>();
  final Map<String, byte[]> files = new ConcurrentHashMap<>(new TreeMap<>());
  /** Answers that break off half way, and those with an error of the server, before one that works. */
  final AtomicInteger breaks = new AtomicInteger();
  final AtomicInteger errors = new AtomicInteger();
  volatile boolean corrupt;
  volatile boolean ignoresRanges;
  volatile String token; // null to let everybody in
  private final HttpServer hub;
  private final HttpServer store;

  public FakeHub() {
    hub = start(this::answer);
    store = start(this::answerFromStore);
  }

  /** Adds a file; one whose name ends in .safetensors or .bin lies in the store. */
  public FakeHub file(String name, byte[] content) {
    files.put(name, content);
    return this;
  }

  /** Lets in only those who bring a token. */
  public FakeHub requiring(String needed) {
    token = needed;
    return this;
  }

  public String endpoint() {
    return "http://127.0.0.1:" + hub.getAddress().getPort();
  }

  HubAccess access(String withToken) {
    return new HubAccess(URI.create(endpoint()), withToken, Duration.ofMillis(1), Duration.ofSeconds(5));
  }

  List<Request> requestsFor(String ending) {
    return requests.stream().filter(request -> request.path().endsWith(ending)).toList();
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private static HttpServer start(Handler handler) {
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
      server.createContext("/", exchange -> {
        try (exchange) {
          handler.handle(exchange);
        }
      });
      server.setExecutor(Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-hub");
        thread.setDaemon(true);
        return thread;
      }));
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    record(false, exchange);
    String path = exchange.getRequestURI().getPath();
    if (token != null && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      exchange.sendResponseHeaders(exchange.getRequestHeaders().containsKey("Authorization") ? 403 : 401, -1);
    } else if (errors.getAndDecrement() > 0) {
      exchange.sendResponseHeaders(503, -1);
    } else if (path.matches("/api/models/" + REPOSITORY + "/revision/(main|refs/pr/1|" + COMMIT + ")")) {
      String siblings = files.entrySet().stream()
          .map(file -> String.format("{\"rfilename\":\"%s\",\"size\":%d}", file.getKey(), file.getValue().length))
          .collect(Collectors.joining(","));
      send(exchange, ("{\"sha\":\"" + COMMIT + "\",\"siblings\":[" + siblings + "]}").getBytes(StandardCharsets.UTF_8));
    } else {
      answerFile(exchange, path);
    }
  }

  private void answerFile(HttpExchange exchange, String path) throws IOException {
    String prefix = "/" + REPOSITORY + "/resolve/" + COMMIT + "/";
    byte[] content = path.startsWith(prefix) ? files.get(path.substring(prefix.length())) : null;
    if (content == null) {
      exchange.sendResponseHeaders(404, -1);
    } else if (path.matches(".*\\.(safetensors|bin)")) {
      exchange.getResponseHeaders().add("X-Linked-ETag", '"' + sha256(content) + '"');
      exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + store.getAddress().getPort() + path);
      exchange.sendResponseHeaders(302, -1);
    } else {
      exchange.getResponseHeaders().add("ETag", "\"" + COMMIT + "\"");
      send(exchange, content);
    }
  }

  private void answerFromStore(HttpExchange exchange) throws IOException {
    record(true, exchange);
    String path = exchange.getRequestURI().getPath();
    byte[] content = files.get(path.substring(path.lastIndexOf('/') + 1)).clone();
    exchange.getResponseHeaders().add("ETag", "\"of-the-store\"");
    if (corrupt) {
      content[content.length / 2] ^= 1;
    }
    send(exchange, content);
  }

  private void send(HttpExchange exchange, byte[] content) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int begin = range == null || ignoresRanges ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (begin >= content.length) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (begin > 0) {
      exchange.getResponseHeaders()
          .add("Content-Range", "bytes " + begin + "-" + (content.length - 1) + "/" + content.length);
    }
    exchange.sendResponseHeaders(begin > 0 ? 206 : 200, content.length - begin);
    boolean whole = breaks.getAndDecrement() <= 0;
    int length = whole ? content.length - begin : (content.length - begin) / 2;
    exchange.getResponseBody().write(content, begin, length);
    exchange.getResponseBody().flush();
  }

  private void record(boolean toStore, HttpExchange exchange) {
    requests.add(new Request(
        toStore,
        exchange.getRequestURI().getPath(),
        exchange.getRequestHeaders().getFirst("Authorization"),
        exchange.getRequestHeaders().getFirst("Range")));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
