package io.talon.job.models;

import io.talon.conf.Key;
import io.talon.conf.ModelOptions;
import io.talon.conf.ModelSourceOptions;
import io.talon.conf.Settings;
import io.talon.source.HubAccess;
import io.talon.source.HubModel;
import io.talon.source.ModelCache;
import io.talon.source.ModelReference;
import io.talon.source.RemoteModel;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Finds models wherever they lie, by the same rule on the driver and on every executor. */
public final class ModelSources {
  private static final String DIRECTORY = "talon-models";

  private final ModelSourceOptions options;
  private final Consumer<String> notes;

  /**
   * @param notes takes a line before a model is brought to this node
   */
  public ModelSources(ModelSourceOptions options, Consumer<String> notes) {
    this.options = options;
    this.notes = notes;
  }

  /** The options with every reference to a model pinned to what it means now, so that all nodes take the same version. */
  public Settings pinned(Settings settings) {
    Settings pinned = settings.with(Key.TARGET, pinned(settings.required(Key.TARGET)));
    if (settings.text(Key.DRAFT).isEmpty()) {
      return pinned;
    }
    return pinned.with(Key.DRAFT, settings.list(Key.DRAFT).stream().map(this::pinned).collect(Collectors.joining(",")));
  }

  /** The options with every reference replaced by a directory of this node. */
  public ModelOptions onThisNode(ModelOptions models) {
    return models.withModels(reference -> directory(reference).toString());
  }

  /** The directory of a model on this node, brought here where it lies elsewhere. */
  public Path directory(String reference) {
    ModelReference place = ModelReference.of(reference);
    return place instanceof ModelReference.Local local
        ? Path.of(local.text())
        : new ModelCache(cache(), notes).directory(resolve(place));
  }

  private String pinned(String reference) {
    ModelReference place = ModelReference.of(reference);
    return place instanceof ModelReference.Local ? reference : resolve(place).reference().text();
  }

  private RemoteModel resolve(ModelReference place) {
    return place instanceof ModelReference.Hub hub
        ? HubModel.resolve(hub, HubAccess.of(options.hubEndpoint(), options.hubToken()))
        : HadoopModel.resolve((ModelReference.Remote) place, configuration());
  }

  private Path cache() {
    return options.cache().isEmpty() ? defaultCache(sparkConf(), System.getenv()) : Path.of(options.cache()).toAbsolutePath();
  }

  /** Below the first of Spark's local directories, where one is named, as the executors of a node share that. */
  static Path defaultCache(SparkConf conf, Map<String, String> environment) {
    String fallback = conf.get("spark.local.dir", System.getProperty("java.io.tmpdir"));
    String onYarn = environment.getOrDefault("LOCAL_DIRS", fallback);
    String directories = environment.getOrDefault("SPARK_LOCAL_DIRS", onYarn);
    return Path.of(directories.split(",")[0], DIRECTORY + "-" + System.getProperty("user.name"));
  }

  private static Configuration configuration() {
    return SparkHadoopUtil.get().newConfiguration(sparkConf());
  }

  /** Of the session if there is one already. */
  private static SparkConf sparkConf() {
    return SparkEnv.get() == null ? new SparkConf() : SparkEnv.get().conf();
  }
}
