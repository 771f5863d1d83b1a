using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/Vipd.Benchmarks -- --filter '*'
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
