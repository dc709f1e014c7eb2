internal import Basics

/// Where a state machine lives from its loading to the end of its replica: one place in memory, never given away, so that
/// whoever looks at the machine looks at it there. Owned by the Store and its thread.
@safe final class MachinePlace<Machine: ~Copyable> {
  let address: UnsafeMutablePointer<Machine>

  init(_ machine: consuming Machine) {
    unsafe address = .allocate(capacity: 1)
    unsafe address.initialize(to: machine)
  }

  deinit {
    unsafe address.deinitialize(count: 1)
    unsafe address.deallocate()
  }

  var machine: Machine {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
    @inline(__always) unsafeMutableAddress { unsafe address }
  }
}

extension MachinePlace where Machine: StateMachine & ~Copyable {
  var appliedIndex: UInt64 { machine.appliedIndex }
  var stamp: Stamp { machine.stamp }
}
