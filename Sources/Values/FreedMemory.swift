import CByteScan

/// What becomes of memory that is let go of.
public enum FreedMemory {
    /// Has the allocator keep some megabytes of it, for a program that takes as much again all the time: pages that go
    /// back to the system come from it cleared, which costs more than reading mail into them.
    public static func keep() { assay_keep_freed_memory() }
}
