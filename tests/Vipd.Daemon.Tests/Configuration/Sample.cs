using System.Collections;
using System.Globalization;
using System.Text;
using Vipd.Daemon.Configuration;

namespace Vipd.Daemon.Tests.Configuration;

/// <summary>Texts to begin with, and ways to look at what became of them.</summary>
internal static class Sample
{
    /// <summary>The least that is valid. Every line of a router is indented by four blanks.</summary>
    public const string Router = """
        virtualRouters:
          - name: apiserver
            vrid: 51
            addresses: [192.0.2.100]

        """;

    public const string Check = """
        checks:
          - name: kube-apiserver
            type: kubernetesApiserver

        """;

    public static VipdConfiguration Valid(string text)
    {
        ConfigurationResult result = ConfigurationFile.Parse("vipd.yaml", text);
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        Assert.Empty(result.Errors);
        return result.Configuration;
    }

    public static string[] Errors(string text)
    {
        ConfigurationResult result = ConfigurationFile.Parse("vipd.yaml", text);
        Assert.Equal(result.Errors.Count == 0, result.IsValid);
        return [.. result.Errors.Select(error => error.ToString())];
    }

    /// <summary>Every value in one text: lists in records compare by reference, texts do not.</summary>
    public static string Describe(object? value)
    {
        var text = new StringBuilder();
        Describe(value, text);
        return text.ToString();
    }

    private static void Describe(object? value, StringBuilder text)
    {
        if (value is IEnumerable items and not string)
        {
            foreach (object? item in items)
            {
                text.Append("- ");
                Describe(item, text);
            }
        }
        else if (value?.GetType() is { Namespace: "Vipd.Daemon.Configuration", IsEnum: false, IsValueType: false } type)
        {
            foreach (var property in type.GetProperties().Where(p => p.GetMethod is { IsStatic: false }))
            {
                text.Append(property.Name).Append(": ");
                Describe(property.GetValue(value), text);
            }
        }
        else
        {
            text.AppendLine(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null");
        }
    }
}
