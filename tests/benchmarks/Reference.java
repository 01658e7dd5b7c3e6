import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.sourceforge.plantuml.BlockUml;
import net.sourceforge.plantuml.SourceStringReader;
import net.sourceforge.plantuml.sequencediagram.SequenceDiagram;

/**
 * How fast PlantUML reads the files of each folder that is an argument, in this one process.
 *
 * For each folder it prints the name of every file that it reads as sequence diagrams only, then `seconds` and the
 * quickest pass over these. Before the first folder is measured all are read, until that has taken a while.
 */
final class Reference {
    private static final long WARM = 10_000_000_000L;
    private static final int PASSES = 5;

    record Diagram(String name, String text) {}

    public static void main(String[] folders) throws Exception {
        List<List<Diagram>> all = new ArrayList<>();
        for (String folder : folders) all.add(understood(Path.of(folder)));
        for (long began = System.nanoTime(); System.nanoTime() - began < WARM; ) all.forEach(Reference::pass);
        for (List<Diagram> diagrams : all) {
            long quickest = Long.MAX_VALUE;
            for (int pass = 0; pass < PASSES; pass++) quickest = Math.min(quickest, pass(diagrams));
            for (Diagram diagram : diagrams) System.out.println(diagram.name());
            System.out.println("seconds " + quickest / 1e9);
        }
    }

    private static List<Diagram> understood(Path folder) throws Exception {
        List<Diagram> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                boolean ours = true;
                for (BlockUml block : new SourceStringReader(text).getBlocks())
                    ours &= block.getDiagram() instanceof SequenceDiagram;
                if (ours) found.add(new Diagram(file.getFileName().toString(), text));
            }
        }
        return found;
    }

    /** Read all once; return the nanoseconds that this thread computed. */
    private static long pass(List<Diagram> diagrams) {
        var thread = ManagementFactory.getThreadMXBean();
        long began = thread.getCurrentThreadCpuTime();
        for (Diagram diagram : diagrams)
            for (BlockUml block : new SourceStringReader(diagram.text()).getBlocks()) block.getDiagram();
        return thread.getCurrentThreadCpuTime() - began;
    }
}
