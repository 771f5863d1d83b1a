using System.Text;
using Microsoft.AspNetCore.Http;

namespace Vipd.Daemon.Control;

/// <summary>An answer, complete before the first byte is sent.</summary>
public sealed record Page(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Called when the body is needed no longer.</summary>
    public Action? Done { get; init; }

    public static Page Text(int statusCode, string line) =>
        new(statusCode, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(line + "\n"));

    /// <summary>Serves pages that are found by path and can only be read.</summary>
    public static RequestDelegate Serve(Func<string, Page> find) => context =>
        IsRead(context.Request)
            ? find(context.Request.Path.Value ?? "/").WriteTo(context)
            : Refuse(context);

    /// <summary>The same, and <paramref name="act"/> for POST: null where nothing can be done.</summary>
    public static RequestDelegate Serve(Func<string, Page> find, Func<string, Task<Page>?> act) => async context =>
    {
        string path = context.Request.Path.Value ?? "/";
        if (IsRead(context.Request))
            await find(path).WriteTo(context);
        else if (HttpMethods.IsPost(context.Request.Method) && act(path) is { } page)
            await (await page).WriteTo(context);
        else
            await Refuse(context);
    };

    private static bool IsRead(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static Task Refuse(HttpContext context)
    {
        context.Response.Headers.Allow = "GET, HEAD";
        return Text(StatusCodes.Status405MethodNotAllowed, "only GET and HEAD").WriteTo(context);
    }

    internal async Task WriteTo(HttpContext context)
    {
        try
        {
            context.Response.StatusCode = StatusCode;
            context.Response.ContentType = ContentType;
            context.Response.ContentLength = Body.Length;
            context.Response.Headers.CacheControl = "no-store";
            if (!HttpMethods.IsHead(context.Request.Method))
                await context.Response.Body.WriteAsync(Body, context.RequestAborted);
        }
        finally
        {
            Done?.Invoke();
        }
    }
}
