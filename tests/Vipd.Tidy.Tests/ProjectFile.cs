using System.Xml;
using System.Xml.Linq;

namespace Vipd.Tidy.Tests;

/// <summary>An MSBuild file: its path from the root and its elements.</summary>
internal sealed class ProjectFile(string path, string text)
{
    private readonly XDocument _document = XDocument.Parse(text, LoadOptions.SetLineInfo);

    public string Path => path;

    public string Name => System.IO.Path.GetFileNameWithoutExtension(path);

    public bool IsIn(string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    public IEnumerable<XElement> Elements(string name) =>
        _document.Descendants().Where(element => element.Name.LocalName == name);

    public Finding At(XElement element, string what) => new(path, ((IXmlLineInfo)element).LineNumber, what);
}
