enum TranscriptHelp {
  static let text = """
    Usage: holdfast-sim transcript [--format own|etcd] [OPTIONS] PATH...

    Runs stories: scripts of commands for a small Raft cluster, each with the whole trace that is expected of it.
    A PATH is a file, or a folder whose .txt files are run. Prints a verdict for each script with the first difference in
    its context, and a summary. Exit code 0 if all went well, 1 if not, 2 for a wrong call.

      --format own   our own format, below (the default)
      --format etcd  the format of etcd-io/raft's test data: interaction stories, confchange and quorum tables
      --update       own format: writes what happened into the scripts as what is expected
      --print        prints each script with what happened
      --states       etcd format: prints each node's state at the end
      --wanted L0|L1 etcd format: what a story must reach to pass (L0 unless it is a plain one by name)
                     L0: every raft-state, raft-log and status, and the end state of each node
                     L1: also the messages sent for each directive, as a multiset; tables: each line

    A script:

      # A comment.
      add-nodes 3 voters=(1,2,3)
      ----
      ok

      campaign 1
      stabilize
      ----
      (the whole trace, up to an empty line)

    The first line is a command; further lines up to ---- are commands that run behind it. Nothing happens by itself:
    time passes by `tick`, messages wait until they are delivered, disks write when told to; `stabilize` does all but
    tick until nothing is left. After every command each member's invariants are checked, and over the whole story: one
    leader a term, the same entry applied at the same index, no stale read. A VIOLATION fails the story.

      add-nodes N [voters=(..)] [learners=(..)] [index=I]   N more nodes, numbered on; without voters they know nothing.
                  [election-ticks=5] [pre-vote=on] [check-quorum=on] [lease-reads=off] [step-down-on-removal=on]
                  [inflight-messages=] [inflight-bytes=] [message-bytes=] [message-entries=] [kept-bytes=]
                  [uncommitted-bytes=] [promotion-lag=] [snapshot-ticks=] [seed=]
      campaign N                     starts an election
      propose N WORD                 proposes an entry
      change N v3 l4 r2 [transition=automatic|implicit|explicit]
                                     proposes a change of members: voter, learner, remove
      change N leave                 proposes to leave a joint configuration
      transfer N M                   hands leadership over
      read N                         asks for a linearizable read
      tick [N...|all] [times=T]      lets time pass
      send [N...]                    lets nodes send what they want to, and queue what they want on disk
      persist N                      makes the oldest batch of N's disk durable
      hold-disk N, release-disk N    while held, only `persist` moves N's disk
      deliver [from=(..)] [to=(..)] [type=T] [count=C]    delivers the messages that match, all without conditions
      drop ..., duplicate ...        loses them, or sends them twice
      letters                        lists what is under way
      stabilize [N...] [trace=off]   runs the nodes named, or all, until nothing is left
      partition groups=(12,345)      cuts every link between groups, and to nodes not named
      cut from=N to=M, heal          cuts one direction; mends everything
      crash N, restart N             loses all but the disk; starts from it
      compact N INDEX                cuts N's log on disk
      unreachable N M, snapshot-failed N M, forget-leader N, set-election-timeout N TICKS
      sleep N, wake N                puts an idle group to sleep at its leader; wakes a member
      state, status N, log N         every node in a line; what leader N knows of each; N's log on disk

    Message types: pre-vote, pre-vote-response, vote, vote-response, append, append-response, heartbeat,
    heartbeat-response, snapshot, timeout-now, stale-term.
    """
}
