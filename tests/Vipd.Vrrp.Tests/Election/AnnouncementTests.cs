using System.Globalization;
using Vipd.Vrrp.Election;

namespace Vipd.Vrrp.Tests.Election;

public class AnnouncementTests
{
    [Fact]
    public void Announcements_are_repeated_as_configured_and_then_every_minute()
    {
        RouterDriver router = RouterDriver.Backup();
        router.Fire();
        MonotonicTime takeOver = router.Now;
        var times = new List<double>();
        while (router.Now - takeOver < TimeSpan.FromSeconds(200))
        {
            if (router.Fire().Contains("announce", StringComparison.Ordinal))
                times.Add((router.Now - takeOver).TotalMilliseconds);
        }

        Assert.Equal([0, 50, 150, 500, 1000, 2000, 5000, 10_000, 70_000, 130_000, 190_000], times);
    }

    [Fact]
    public void A_take_over_as_a_transcript()
    {
        RouterDriver router = RouterDriver.Backup(p =>
            p with { AddressCount = 65, AnnounceAfter = [TimeSpan.FromMilliseconds(50)] });
        string at = (RouterDriver.ActiveDown + router.Spread).ToString("F3", CultureInfo.InvariantCulture);
        string at50 = (RouterDriver.ActiveDown + router.Spread + 50).ToString("F3", CultureInfo.InvariantCulture);
        string at200 = (RouterDriver.ActiveDown + router.Spread + 200).ToString("F3", CultureInfo.InvariantCulture);

        Assert.Equal(
            $"""
              {at} Backup->Active ActiveDown; advertise 100
              {at} add 0..63
              {at} announce 0..63
              {at} add 64..64
              {at} announce 64..64
              {at50} announce 0..63
              {at50} announce 64..64
              {at200} advertise 100

            """,
            router.Run(1000));
    }

    [Fact]
    public void Repetitions_that_were_missed_are_made_once()
    {
        RouterDriver router = RouterDriver.Active();
        router.Wait(190);

        Assert.Equal("announce 0..0", router.FireDue());
        Assert.Equal(10, router.Due);
    }

    [Fact]
    public void Without_a_refresh_announcements_end()
    {
        RouterDriver router = RouterDriver.Active(p => p with { AnnounceAfter = [], AnnounceRefresh = TimeSpan.Zero });

        Assert.DoesNotContain("announce", router.Run(100_000), StringComparison.Ordinal);
    }

    [Fact]
    public void A_router_that_is_no_longer_Active_announces_nothing()
    {
        RouterDriver router = RouterDriver.Active();
        router.Hear(50);
        router.Hear(200);

        Assert.DoesNotContain("announce", router.Run(600), StringComparison.Ordinal);
    }
}
