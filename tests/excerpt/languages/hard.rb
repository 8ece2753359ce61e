# def not
require 'set'

=begin
def commented
end
=end

module Outer
  class Shape < Struct.new(:a, :b)
    include Comparable
    NAMES = %w[def class end].freeze
    PATTERN = /def \/ [{"]/.freeze

    attr_reader :size

    def initialize(name, size: 1, **rest, &block)
      @name = name if name
      @text = "#{rest.map { |k, v| "#{k} end" }.join} }"
      super()
    end

    def <=>(other)
      size <=> other.size
    end

    def [](at) = at
    def name=(value)
      @name = value
    end

    def valid?
      return true unless name
      case size
      when 1 then true
      else false
      end
    rescue StandardError => e
      warn e
    ensure
      close
    end

    class << self
      def make(*args)
        new(*args) do |x|
          while x
            break
          end
        end
      end
    end

    def self.load(path)
      text = <<~TEXT
        def quoted
        end
      TEXT
      text
    end

    private

    def hidden; end
    private def inline(x) = x * 2
  end

  class Error < StandardError; end
end

def top(a)
  a.each { |x| puts x }
end
