package io.talon.source;

import java.net.URI;
import java.time.Duration;

/**
 * How a hub is reached.
 *
 * @param endpoint base address, without a slash at its end
 * @param token sent to the endpoint and to no other host; empty for none
 * @param firstDelay between the first two attempts; every further one doubles
 * @param stall how long a transfer may bring nothing before it counts as broken
 */
public record HubAccess(URI endpoint, String token, Duration firstDelay, Duration stall) {
  /** With the delays that suit the internet. */
  public static HubAccess of(String endpoint, String token) {
    return new HubAccess(URI.create(endpoint), token, Duration.ofSeconds(1), Duration.ofSeconds(60));
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return "HubAccess[" + endpoint + (token.isEmpty() ? "]" : ", with a token]");
  }
}
