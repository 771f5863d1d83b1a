// Each lab runs several daemons with deadlines in milliseconds; two at a time would measure each other on two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
