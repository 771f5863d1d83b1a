namespace Vipd.Tidy.Tests;

/// <summary>
/// A test that asks git what belongs to the tree; skipped in an unpacked archive, where nobody knows.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GitFactAttribute : FactAttribute
{
    public GitFactAttribute()
    {
        if (!Repository.IsGitWorkTree)
            Skip = "not a git work tree: which files are tracked is not known";
    }
}
