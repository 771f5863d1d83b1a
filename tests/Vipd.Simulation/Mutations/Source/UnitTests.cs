using System.Globalization;
using System.Reflection;
using Xunit.Sdk;

namespace Vipd.Simulation.Mutations.Source;

/// <summary>
/// Runs the tests of Vipd.Vrrp.Tests/Election one after another: what xunit's runner does, without its processes. Left
/// out is RobustnessTests: millions of random events take longer than all the rest, and here the simulation has them.
/// </summary>
internal static class UnitTests
{
    private const string Namespace = "Vipd.Vrrp.Tests.Election";

    /// <summary>Names of those that fail.</summary>
    public static IReadOnlyList<string> Failures(Assembly tests) =>
    [
        .. from type in tests.GetTypes()
           where type.Namespace == Namespace && type.IsPublic && type.Name != "RobustnessTests"
           from method in type.GetMethods()
           where method.GetCustomAttribute<FactAttribute>() is not null
           where !Passes(type, method)
           select method.Name,
    ];

    private static bool Passes(Type type, MethodInfo method)
    {
        DataAttribute[] data = [.. method.GetCustomAttributes<DataAttribute>()];
        IEnumerable<object?[]> rows = data.Length == 0 ? [[]] : data.SelectMany(rows => rows.GetData(method));
        try
        {
            foreach (object?[] row in rows)
                method.Invoke(Activator.CreateInstance(type), Arguments(method, row));
            return true;
        }
        catch (TargetInvocationException)
        {
            return false;
        }
    }

    private static object?[] Arguments(MethodInfo method, object?[] row) =>
    [
        .. method.GetParameters().Select((parameter, i) => i >= row.Length
            ? parameter.DefaultValue
            : row[i] is IConvertible value && parameter.ParameterType.IsPrimitive
                ? Convert.ChangeType(value, parameter.ParameterType, CultureInfo.InvariantCulture)
                : row[i]),
    ];
}
