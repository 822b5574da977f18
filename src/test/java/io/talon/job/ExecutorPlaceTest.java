package io.talon.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.talon.ErrorCode;
import io.talon.TalonException;
import io.talon.machine.ControlGroup;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExecutorPlaceTest {
  private final List<Integer> halted = new ArrayList<>();

  @Test
  void anExecutorThatIsOfNoMoreUseEnds() {
    new ExecutorPlace("3", "b").whenLost(halted::add).accept(new TalonException(ErrorCode.ENGINE, "CUDA error"));
    assertThat(halted).containsExactly(70);
  }

  @Test
  void theDriversProcessIsNotOursToEnd() {
    new ExecutorPlace("driver", "a").whenLost(halted::add).accept(new TalonException(ErrorCode.ENGINE, "CUDA error"));
    assertThat(halted).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "local[4],       , 2.5, 64, 3",
    "'local[2,3]',   , 99,  64, 2",
    "local[*],       , 99,  16, 16",
    "spark://a:7077, 8, 99, 64, 8",
    "spark://a:7077, 8, 4,  64, 4",
    "spark://a:7077, , 99,  64, 64",
    "yarn,           , 99,  64, 1",
    "k8s://a,        6, 99, 64, 6",
  })
  void threadsAreTheExecutorsAndTheContainers(String master, String cores, double quota, int present, int threads) {
    SparkConf conf = new SparkConf(false).setMaster(master);
    if (cores != null) {
      conf.set("spark.executor.cores", cores);
    }
    assertThat(ExecutorPlace.threads(conf, new ControlGroup(quota, Long.MAX_VALUE), present)).isEqualTo(threads);
  }
}
