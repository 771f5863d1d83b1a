using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Vipd.Daemon.Control;

/// <summary>An answer, complete before the first byte is sent unless it says otherwise.</summary>
public sealed record Page(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>For a body that is large: written as fast as the reader takes it, instead of
    /// <see cref="Body"/>.</summary>
    public Func<PipeWriter, ValueTask>? WriteBody { get; init; }

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
        context.Response.StatusCode = StatusCode;
        context.Response.ContentType = ContentType;
        context.Response.Headers.CacheControl = "no-store";
        if (WriteBody is null)
            context.Response.ContentLength = Body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return;
        if (WriteBody is null)
            await context.Response.Body.WriteAsync(Body, context.RequestAborted);
        else
            await WriteBody(context.Response.BodyWriter);
    }
}
