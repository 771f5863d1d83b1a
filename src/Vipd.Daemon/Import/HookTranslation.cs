namespace Vipd.Daemon.Import;

/// <summary>notify_master, notify_backup, notify_fault and notify → hooks.</summary>
internal static class HookTranslation
{
    private static readonly (string Hook, string State)[] States =
        [("onActive", "MASTER"), ("onBackup", "BACKUP"), ("onFault", "FAULT")];

    /// <summary>False: the statement is none of these.</summary>
    public static bool Take(Statement statement, Statement owner, ImportedRouter router, List<ImportNote> notes)
    {
        string? hook = statement.Keyword switch
        {
            "notify_master" => "onActive",
            "notify_backup" => "onBackup",
            "notify_fault" => "onFault",
            "notify" => "",
            _ => null,
        };
        if (hook is null)
            return false;
        if (statement.Words.Count < 2)
        {
            notes.Add(statement.At, statement.Keyword, "names no script; left out: give it one, or remove it");
            return true;
        }

        // What follows the script is the user it runs as.
        if (statement.Words.Count > 2)
        {
            notes.Add(
                statement.At, statement.Keyword, "vipd runs hooks as its own user, without capabilities");
        }

        IReadOnlyList<string> argv = ScriptCommand.ArgvOf(statement.Argument);
        if (hook.Length > 0)
            Set(hook, argv);
        else
            TakeGeneric(argv);
        return true;

        void TakeGeneric(IReadOnlyList<string> script)
        {
            string kind = owner.Keyword == "vrrp_sync_group" ? "GROUP" : "INSTANCE";
            foreach ((string name, string state) in States)
                Set(name, [.. script, kind, owner.Argument, state, $"{router.Priority}"]);
        }

        void Set(string name, IReadOnlyList<string> command)
        {
            if (!router.Hooks.TryAdd(name, command))
            {
                notes.Add(
                    statement.At, statement.Keyword, $"{router.Name} has {name} already; call both from one script");
            }
        }
    }
}
