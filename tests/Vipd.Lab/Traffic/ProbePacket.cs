using System.Buffers.Binary;
using System.Text;

namespace Vipd.Lab.Traffic;

/// <summary>
/// run id (8) sequence number (4) name of the node that answers (0..16, ASCII; absent in the question).
/// </summary>
internal static class ProbePacket
{
    internal const int QuestionLength = 12;
    internal const int MaximumLength = QuestionLength + 16;
    internal const int DefaultPort = 7007;

    internal static void WriteQuestion(Span<byte> packet, ulong runId, int sequence)
    {
        BinaryPrimitives.WriteUInt64BigEndian(packet, runId);
        BinaryPrimitives.WriteInt32BigEndian(packet[8..], sequence);
    }

    internal static byte[] NameField(string node) => Encoding.ASCII.GetBytes(node);

    internal static bool TryReadAnswer(
        ReadOnlySpan<byte> packet, ulong runId, out int sequence, out ReadOnlySpan<byte> node)
    {
        sequence = 0;
        node = default;
        if (packet.Length <= QuestionLength || BinaryPrimitives.ReadUInt64BigEndian(packet) != runId) return false;
        sequence = BinaryPrimitives.ReadInt32BigEndian(packet[8..]);
        node = packet[QuestionLength..];
        return true;
    }
}
