package io.talon.conf;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;

/** What pom.xml says, for the files that have to say the same. */
record Pom(String version, String spark, String scala, String libtorch, String appJar) {
  static Pom read() throws Exception {
    Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Path.of("pom.xml").toFile());
    XPath path = XPathFactory.newInstance().newXPath();
    String version = path.evaluate("/project/version", document);
    return new Pom(
        version,
        path.evaluate("/project/properties/spark.version", document),
        path.evaluate("/project/properties/scala.binary.version", document),
        path.evaluate("/project/properties/libtorch.version", document),
        path.evaluate("/project/artifactId", document) + "-" + version + "-app.jar");
  }
}
